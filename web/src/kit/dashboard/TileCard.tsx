/** One tile: asks its question for the period, shows the answer, and leads to the records behind any figure. */
import { Link, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { lazy, Suspense, useMemo, useState } from "react";
import { useFigures } from "@/api/hooks";
import type { ObjectMeta, Tile } from "@/api/types";
import { useLanguage } from "@/i18n";
import { Bones, ErrorNote } from "@/ui/feedback";
import { Icon } from "@/ui/Icon";
import { useKit } from "../context";
import { useDivisions } from "../divisions";
import { recordsBehind } from "../list/behind";
import { FiguresTable } from "./FiguresTable";
import { byDivision, drillFilter, type Figures, figuresOf, figureText, kindOf, lengthOf, specOf } from "./figures";
import type { Range } from "./period";
import "./dashboard.css";

const Chart = lazy(() => import("./Chart"));

/** Beyond this many per cent the period before was as good as empty, and the figure would only alarm. */
const TREND_MAX = 999;

/** Growth against the period before, in per cent of it; none when there was nothing before. */
export function growth(now: number, before: number): number | undefined {
  return before > 0 ? Math.round(((now - before) / before) * 1000) / 10 : undefined;
}

function Trend({ object, tile, range, now }: { object: ObjectMeta; tile: Tile; range: Range; now: number }) {
  const before = useFigures(specOf(object, tile, range));
  const change = before.data ? growth(now, lengthOf(before.data.rows[0]?.[0])) : undefined;
  if (change === undefined || Math.abs(change) > TREND_MAX) return null;
  const up = change >= 0;
  return (
    <span className={`trend ${up ? "trend-up" : "trend-down"}`} title={`${range.from} – ${range.to}`}>
      <Icon name={up ? "up" : "down"} size={13} />
      {Math.abs(change)}%
    </span>
  );
}

function NumberFigure({ figures, range, before }: { figures: Figures; range: Range; before: Range | undefined }) {
  const language = useLanguage();
  const { session } = useKit();
  const { reply, object, tile } = figures;
  const value = reply.rows[0]?.[0] ?? null;
  const kind = kindOf(reply.columns[0]?.type);
  return (
    <p className="tile-number">
      <Link
        to="/o/$object"
        params={{ object: object.name }}
        search={recordsBehind(object, session.user.roles, drillFilter(object, tile, range, undefined, undefined))}
        title={`${figureText(value, kind, language, session.site)} · ${language.t("dashboard.drill")}`}
      >
        {figureText(value, kind, language, session.site, true)}
      </Link>
      {before ? <Trend object={object} tile={tile} range={before} now={lengthOf(value)} /> : null}
    </p>
  );
}

export function TileCard({ tile, range, before }: { tile: Tile; range: Range; before: Range | undefined }) {
  const language = useLanguage();
  const { t, say } = language;
  const { meta, session } = useKit();
  const navigate = useNavigate();
  const [table, setTable] = useState(false);
  const object = meta.objects[tile.object];
  const spec = useMemo(
    () => (object ? specOf(object, tile, range) : { object: tile.object, measures: tile.measures }),
    [object, tile, range],
  );
  const { data, error, refetch, isFetching } = useFigures(spec);
  const divisions = useDivisions(object ? byDivision(meta.objects, object, tile) : false);
  const figures = useMemo(
    () => (data && object ? figuresOf(meta.objects, object, tile, data, language, session.site, divisions.data) : undefined),
    [data, object, meta.objects, tile, language, session.site, divisions.data],
  );
  if (!object) return null;
  const drawn = tile.kind !== "number" && tile.kind !== "table";
  const pick = (row: number, measure: string | undefined) => {
    const filter = drillFilter(
      object,
      tile,
      range,
      figures?.reply.rows[row],
      tile.measures.includes(measure ?? "") ? measure : undefined,
    );
    void navigate({
      to: "/o/$object",
      params: { object: object.name },
      search: recordsBehind(object, session.user.roles, filter),
    });
  };
  return (
    <section
      className={`card tile tile-${tile.kind}`}
      style={{ gridColumn: `span ${Math.min(24, tile.width ?? 12)}` }}
      aria-label={say(tile.label)}
      aria-busy={isFetching}
    >
      <header className="tile-head">
        <h2>{say(tile.label)}</h2>
        {drawn ? (
          <Button
            type="text"
            size="small"
            icon={<Icon name={table ? "chart" : "table"} />}
            aria-pressed={table}
            aria-label={t("dashboard.tableView")}
            title={t("dashboard.tableView")}
            onClick={() => setTable(!table)}
          />
        ) : null}
      </header>
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {!figures && !error ? <Bones rows={tile.kind === "number" ? 1 : 4} /> : null}
      {figures && !figures.reply.rows.length ? <p className="muted tile-empty">{t("dashboard.empty")}</p> : null}
      {figures?.reply.rows.length ? (
        tile.kind === "number" ? (
          <NumberFigure figures={figures} range={range} before={before} />
        ) : drawn && !table ? (
          <Suspense fallback={<Bones rows={4} />}>
            <Chart figures={figures} onPick={pick} />
          </Suspense>
        ) : (
          <FiguresTable figures={figures} range={range} />
        )
      ) : null}
    </section>
  );
}
