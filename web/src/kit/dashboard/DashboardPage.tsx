/** A dashboard as declared, over a period the address holds. */
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Input, Segmented, Select } from "antd";
import { useMemo } from "react";
import { Problem } from "@/api/client";
import { useAsOf, useDashboard } from "@/api/hooks";
import type { TextKey } from "@/i18n";
import { useLanguage } from "@/i18n";
import { formatInstant } from "@/i18n/format";
import { Bones, EmptyState, ErrorNote, PageHead } from "@/ui/feedback";
import { usePhone } from "@/ui/preferences";
import { useKit } from "../context";
import { PERIODS, type PeriodKind, rangeBefore, rangeOf } from "./period";
import { TileCard } from "./TileCard";

function Period({
  kind,
  from,
  to,
  change,
}: {
  kind: PeriodKind;
  from: string;
  to: string;
  change: (next: Record<string, string>) => void;
}) {
  const { t } = useLanguage();
  const phone = usePhone();
  const options = PERIODS.map((value) => ({ value, label: t(`dashboard.${value}` as TextKey) }));
  const pick = (period: PeriodKind) => change({ period });
  return (
    <div className="period">
      {phone ? (
        <Select aria-label={t("dashboard.period")} value={kind} options={options} onChange={pick} style={{ minWidth: 140 }} />
      ) : (
        <Segmented aria-label={t("dashboard.period")} value={kind} options={options} onChange={pick} />
      )}
      {kind === "custom" ? (
        <>
          <Input
            type="date"
            aria-label={t("dashboard.from")}
            value={from}
            onChange={(event) => change({ from: event.target.value })}
          />
          <Input type="date" aria-label={t("dashboard.to")} value={to} onChange={(event) => change({ to: event.target.value })} />
        </>
      ) : null}
    </div>
  );
}

export function DashboardPage({ name }: { name: string }) {
  const { t, say, locale } = useLanguage();
  const { meta, session } = useKit();
  const asOf = useAsOf();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const { data, error, refetch } = useDashboard(name);
  const kind = PERIODS.find((one) => one === search.period) ?? "last12";
  const { from = "", to = "" } = search;
  const range = useMemo(
    () => rangeOf(kind, { ...(from ? { from } : {}), ...(to ? { to } : {}) }, session.site.time_zone, new Date()),
    [kind, from, to, session.site.time_zone],
  );
  const period = range.from || range.to ? `${range.from ?? ""} – ${range.to ?? ""}` : t("dashboard.all");
  const time = asOf && formatInstant(asOf, locale, session.site.time_zone);
  const change = (next: Record<string, string>) =>
    void navigate({ to: ".", search: ((old: Record<string, string>) => ({ ...old, ...next })) as never, replace: true });

  if (error instanceof Problem && error.status === 404)
    return <EmptyState icon="chart" title={t("error.missing")} text={t("error.missingText")} />;
  if (error && !data) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  return (
    <div className="page">
      <title>{`${say(data?.label)} · ${t("product")}`}</title>
      <PageHead
        title={say(data?.label) || t("shell.dashboards")}
        purpose={time ? `${period} · ${t("dashboard.asOf", { time })}` : period}
      >
        <Period kind={kind} from={from} to={to} change={change} />
      </PageHead>
      {meta.dashboards.length > 1 ? (
        <nav className="view-tabs" aria-label={t("shell.dashboards")}>
          {meta.dashboards.map((board) => (
            <Link
              key={board.name}
              className="view-tab"
              to="/dashboards/$name"
              params={{ name: board.name }}
              search={search}
              aria-current={board.name === name ? "page" : undefined}
            >
              {say(board.label)}
            </Link>
          ))}
        </nav>
      ) : null}
      {data ? (
        <div className="tiles">
          {data.tiles.map((tile) => (
            <TileCard
              key={`${tile.object}-${tile.kind}-${tile.label.zh}`}
              tile={tile}
              range={range}
              before={rangeBefore(kind, range)}
            />
          ))}
        </div>
      ) : (
        <Bones kind="cards" />
      )}
    </div>
  );
}
