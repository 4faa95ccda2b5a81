/** The number cards of a dashboard for the present year: the workbench's short look. */
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useDashboard } from "@/api/hooks";
import { useLanguage } from "@/i18n";
import { useKit } from "../context";
import { rangeBefore, rangeOf } from "./period";
import { TileCard } from "./TileCard";

const SHOWN = 4;

export default function NumberTiles({ dashboard }: { dashboard: string }) {
  const { t, say } = useLanguage();
  const { session } = useKit();
  const { data } = useDashboard(dashboard);
  const range = useMemo(() => rangeOf("year", {}, session.site.time_zone, new Date()), [session.site.time_zone]);
  const tiles = (data?.tiles ?? []).filter((tile) => tile.kind === "number").slice(0, SHOWN);
  if (!tiles.length) return null;
  const width = Math.floor(24 / tiles.length);
  return (
    <>
      <div className="block-head home-figures-head">
        <h2 className="home-heading">
          {say(data?.label)} <span className="muted">{t("dashboard.year")}</span>
        </h2>
        <Link to="/dashboards/$name" params={{ name: dashboard }}>
          {t("home.allFigures")}
        </Link>
      </div>
      <div className="tiles">
        {tiles.map((tile) => (
          <TileCard key={say(tile.label)} tile={{ ...tile, width }} range={range} before={rangeBefore("year", range)} />
        ))}
      </div>
    </>
  );
}
