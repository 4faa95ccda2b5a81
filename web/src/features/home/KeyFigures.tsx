/** Key numbers of a person's work; each leads to the records behind it. */
import { Link } from "@tanstack/react-router";
import { useFigures, useRows } from "@/api/hooks";
import type { ObjectMeta } from "@/api/types";
import { useLanguage } from "@/i18n";
import { formatMoney, formatNumber, formatShort } from "@/i18n/format";
import { useKit } from "@/kit/context";
import { recordsBehind } from "@/kit/list/behind";
import { both } from "@/kit/list/conditions";
import { type Figure, figuresFor } from "./figures";
import "./home.css";

function Card({ figure, value, money, filter }: { figure: Figure; value: string | undefined; money: boolean; filter: string }) {
  const { t, locale } = useLanguage();
  const { session, meta } = useKit();
  // Figures of objects the person may not see are left out before.
  const search = recordsBehind(meta.objects[figure.object] as ObjectMeta, session.user.roles, filter);
  const { currency } = session.site;
  const number = value ?? "0";
  const long = money ? formatMoney(number, currency, locale) : formatNumber(number, locale);
  const short = Math.abs(Number(number)) >= 100_000;
  const text = short ? formatShort(number, locale, money ? currency : undefined) : long;
  return (
    <li>
      <Link to="/o/$object" params={{ object: figure.object }} search={search} className="card home-figure" title={long}>
        <span className="muted">{t(figure.key)}</span>
        <strong className="number">{value === undefined ? "…" : text}</strong>
      </Link>
    </li>
  );
}

function Measured({ figure, measure }: { figure: Figure; measure: string }) {
  const { meta } = useKit();
  const given = figure.filter ? { filter: figure.filter } : {};
  const { data } = useFigures({ object: figure.object, measures: [measure], ...given });
  const declared = meta.objects[figure.object]?.measures?.find((one) => one.name === measure);
  const value = data ? String(data.rows[0]?.[0] ?? "0") : undefined;
  const filter = both(figure.filter, declared?.filter);
  return <Card figure={figure} value={value} money={data?.columns[0]?.type === "money"} filter={filter} />;
}

function Counted({ figure }: { figure: Figure }) {
  const { data } = useRows(figure.object, { ...(figure.filter ? { filter: figure.filter } : {}), limit: 1, count: true });
  const value = data ? String(data.total ?? data.rows.length) : undefined;
  return <Card figure={figure} value={value} money={false} filter={figure.filter ?? ""} />;
}

export default function KeyFigures() {
  const { t } = useLanguage();
  const { session, meta } = useKit();
  const figures = figuresFor(meta, session.user.roles);
  if (!figures.length) return null;
  return (
    <ul className="home-numbers" aria-label={t("home.figures")}>
      {figures.map((figure) =>
        figure.measure ? (
          <Measured key={figure.key} figure={figure} measure={figure.measure} />
        ) : (
          <Counted key={figure.key} figure={figure} />
        ),
      )}
    </ul>
  );
}
