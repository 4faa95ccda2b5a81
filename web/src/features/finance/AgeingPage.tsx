/** Who owes how much for how long. Every figure leads to the receivables behind it. */
import { Link } from "@tanstack/react-router";
import { useCall } from "@/api/hooks";
import type { LinkValue } from "@/api/types";
import type { TextKey } from "@/i18n";
import { useLanguage } from "@/i18n";
import { formatDate, formatMoney } from "@/i18n/format";
import { useKit } from "@/kit/context";
import { recordsBehind } from "@/kit/list/behind";
import { quote } from "@/kit/list/conditions";
import { Bones, EmptyState, ErrorNote, PageHead } from "@/ui/feedback";
import { isZero, share } from "../decimal";
import { BUCKETS, type Bucket, bucketFilter } from "./buckets";
import "./finance.css";

type Amounts = Record<Bucket | "total", string>;
interface Ageing {
  as_of: string;
  rows: (Amounts & { partner: LinkValue })[];
  total: Amounts;
}

const LABELS: Record<Bucket, TextKey> = {
  not_due: "ageing.not_due",
  days_0_30: "ageing.days_0_30",
  days_31_60: "ageing.days_31_60",
  days_61_90: "ageing.days_61_90",
  days_over_90: "ageing.days_over_90",
};

function Amount({ amount, filter }: { amount: string; filter: string }) {
  const { locale } = useLanguage();
  const { session, meta } = useKit();
  const text = formatMoney(amount, session.site.currency, locale);
  if (isZero(amount)) return <span className="muted">—</span>;
  const object = meta.objects.receivable;
  if (!object) return text;
  return (
    <Link to="/o/$object" params={{ object: "receivable" }} search={recordsBehind(object, session.user.roles, filter)}>
      {text}
    </Link>
  );
}

function Table({ ageing }: { ageing: Ageing }) {
  const { t } = useLanguage();
  const columns: (Bucket | "total")[] = [...BUCKETS, "total"];
  const label = (column: Bucket | "total") => t(column === "total" ? "ageing.total" : LABELS[column]);
  const cell = (row: Amounts, column: Bucket | "total", partner?: string) => {
    const parts = [partner ? `partner_id == ${quote(partner)}` : "", bucketFilter(column, ageing.as_of)];
    return <Amount amount={row[column]} filter={parts.filter(Boolean).join(" and ")} />;
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: wide tables scroll and must be reachable by keyboard
    <section className="card ageing-box" tabIndex={0} aria-label={t("ageing.title")}>
      <table className="ageing">
        <thead>
          <tr>
            <th scope="col">{t("ageing.partner")}</th>
            {columns.map((column) => (
              <th key={column} scope="col" className="right">
                {label(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ageing.rows.map((row) => (
            <tr key={row.partner.id}>
              <th scope="row">
                <Link to="/p/$page" params={{ page: "statement" }} search={{ partner: row.partner.id }}>
                  {row.partner.title}
                </Link>
              </th>
              {columns.map((column) => (
                <td key={column} className="right number" data-label={label(column)} data-empty={isZero(row[column])}>
                  {cell(row, column, row.partner.id)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("ageing.total")}</th>
            {columns.map((column) => (
              <td key={column} className="right number" data-label={label(column)} data-empty={isZero(ageing.total[column])}>
                {cell(ageing.total, column)}
              </td>
            ))}
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

export default function AgeingPage() {
  const { t, locale } = useLanguage();
  const { session } = useKit();
  const { data, error, refetch, isPending } = useCall<Ageing>("finance.ageing", {});
  return (
    <div className="page">
      <title>{t("ageing.title")}</title>
      <PageHead
        title={t("ageing.title")}
        purpose={data ? t("ageing.asOf", { date: formatDate(data.as_of, locale) }) : t("ageing.purpose")}
      />
      {isPending ? <Bones rows={6} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {data && !data.rows.length ? <EmptyState icon="wallet" title={t("ageing.none")} text={t("ageing.noneText")} /> : null}
      {data?.rows.length ? (
        <>
          <ul className="buckets">
            {BUCKETS.map((bucket) => (
              <li key={bucket} className={`card bucket bucket-${bucket}`}>
                <span className="muted">{t(LABELS[bucket])}</span>
                <strong className="number">{formatMoney(data.total[bucket], session.site.currency, locale)}</strong>
                <span className="bucket-bar" aria-hidden="true">
                  <span style={{ width: `${share(data.total[bucket], data.total.total)}%` }} />
                </span>
                <span className="muted number">{share(data.total[bucket], data.total.total)}%</span>
              </li>
            ))}
          </ul>
          <Table ageing={data} />
        </>
      ) : null}
    </div>
  );
}
