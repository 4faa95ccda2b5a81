/** A partner's account: what it owed, what was posted, what it owes now. Partners see their own; staff choose one. */
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useCall, useRows } from "@/api/hooks";
import type { FieldMeta, LinkValue } from "@/api/types";
import { useLanguage } from "@/i18n";
import { formatDate, formatMoney } from "@/i18n/format";
import { useKit, useObject } from "@/kit/context";
import { LinkSelect } from "@/kit/form/LinkSelect";
import { fieldsOf } from "@/kit/metadata";
import { Field } from "@/ui/Field";
import { Bones, EmptyState, ErrorNote, PageHead } from "@/ui/feedback";
import { steps } from "../decimal";
import "@/kit/form/form.css";
import "./finance.css";

const DateEditor = lazy(() => import("@/kit/form/DateEditor"));

interface StatementLine {
  posted_on: string;
  kind: string;
  reference: string;
  amount: string;
  commission: string;
  balance: string;
  object?: string | null;
  record?: string | null;
}
interface Statement {
  partner: LinkValue;
  opening: string;
  lines: StatementLine[];
  closing: string;
  commission_open: string;
  credit_limit: string;
  credit_available: string;
}

function Lines({ statement }: { statement: Statement }) {
  const { t, say, locale } = useLanguage();
  const { session, meta } = useKit();
  const object = useObject("statement_line");
  const kinds = object ? fieldsOf(object).get("kind")?.choices : undefined;
  const money = (amount: string) => formatMoney(amount, session.site.currency, locale);
  const reference = (line: StatementLine) =>
    line.object && line.record && meta.objects[line.object] ? (
      <Link to="/o/$object/$id" params={{ object: line.object, id: line.record }}>
        {line.reference}
      </Link>
    ) : (
      line.reference
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: wide tables scroll and must be reachable by keyboard
    <section className="card ageing-box" tabIndex={0} aria-label={t("statement.title")}>
      <table className="ageing statement">
        <thead>
          <tr>
            <th scope="col">{t("statement.date")}</th>
            <th scope="col">{t("statement.kind")}</th>
            <th scope="col">{t("statement.reference")}</th>
            <th scope="col" className="right">
              {t("statement.amount")}
            </th>
            <th scope="col" className="right">
              {t("statement.balance")}
            </th>
            <th scope="col" className="right">
              {t("statement.commission")}
            </th>
          </tr>
        </thead>
        <tbody>
          <tr className="statement-balance">
            <td colSpan={4}>{t("statement.opening")}</td>
            <td className="right number">{money(statement.opening)}</td>
            <td data-empty="true" />
          </tr>
          {statement.lines.map((line, index) => (
            <tr key={`${line.posted_on}.${line.reference}.${index}`}>
              <td className="number nowrap">{formatDate(line.posted_on, locale)}</td>
              <td>{say(kinds?.find((kind) => kind.value === line.kind)?.label) || line.kind}</td>
              <td>{reference(line)}</td>
              <td className={steps(line.amount) < 0n ? "right number statement-minus" : "right number"}>{money(line.amount)}</td>
              <td className="right number" data-label={t("statement.balance")}>
                {money(line.balance)}
              </td>
              <td className="right number" data-label={t("statement.commission")} data-empty={!steps(line.commission)}>
                {steps(line.commission) ? money(line.commission) : null}
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={4}>
              {t("statement.closing")}
            </th>
            <td className="right number" data-label={t("statement.balance")}>
              {money(statement.closing)}
            </td>
            <td className="right number" data-label={t("statement.commission")}>
              {money(statement.commission_open)}
            </td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

const PARTNER: FieldMeta = { name: "partner", type: "link", to: "partner", label: { zh: "伙伴", en: "Partner" } };

function useAsked() {
  const { session } = useKit();
  const search = useSearch({ strict: false }) as { partner?: string; from?: string; until?: string };
  const partner = session.user.organisation?.id ?? search.partner ?? "";
  const body = Object.fromEntries(
    Object.entries({ partner_id: partner, from: search.from, until: search.until }).filter(([, value]) => value),
  );
  return { partner, search, body };
}

export default function StatementPage() {
  const { t, locale } = useLanguage();
  const { session } = useKit();
  const navigate = useNavigate();
  const { partner, search, body } = useAsked();
  const [picked, setPicked] = useState<LinkValue | null>(null);
  const staff = !session.user.organisation;
  const rows = useRows("partner", { filter: `id == '${partner}'`, limit: 1 }, staff && Boolean(partner)).data?.rows;
  const title = rows?.find((row) => row.id === partner)?.name;
  const { data: answer, error, refetch } = useCall<Statement>("finance.statement", body, Boolean(partner));
  // While another period is asked for the last figures stay; another partner's never do.
  const data = answer?.partner.id === partner ? answer : undefined;
  const move = (change: Record<string, string | null | undefined>) => {
    const next = Object.entries({ ...search, ...change }).filter((pair): pair is [string, string] => Boolean(pair[1]));
    void navigate({ to: "/p/$page", params: { page: "statement" }, search: Object.fromEntries(next), replace: true });
  };
  const money = (amount: string) => formatMoney(amount, session.site.currency, locale);
  const day = (name: "from" | "until", label: string) => (
    <Field label={label}>
      {(ids) => (
        <Suspense>
          <DateEditor id={ids.id} kind="date" value={search[name] ?? ""} onChange={(value) => move({ [name]: value })} />
        </Suspense>
      )}
    </Field>
  );
  const chosen = picked?.id === partner ? picked : partner ? { id: partner, title: String(title ?? "") } : null;
  return (
    <div className="page">
      <title>{t("statement.title")}</title>
      <PageHead title={t("statement.title")} purpose={data ? data.partner.title : t("statement.purpose")} />
      <div className="card statement-tools">
        {staff ? (
          <Field label={t("ageing.partner")}>
            {(ids) => (
              <LinkSelect
                id={ids.id}
                field={PARTNER}
                value={chosen}
                onChange={(value) => {
                  setPicked(value);
                  move({ partner: value?.id });
                }}
              />
            )}
          </Field>
        ) : null}
        {day("from", t("dashboard.from"))}
        {day("until", t("dashboard.to"))}
      </div>
      {partner ? null : <EmptyState icon="wallet" title={t("statement.choose")} text={t("statement.chooseText")} />}
      {partner && !data && !error ? <Bones rows={6} /> : null}
      {partner && error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {data ? (
        <>
          <ul className="buckets">
            {(
              [
                ["statement.closing", data.closing],
                ["statement.commissionOpen", data.commission_open],
                ["statement.limit", data.credit_limit],
                ["credit.available", data.credit_available],
              ] as const
            ).map(([label, amount]) => (
              <li key={label} className="card bucket">
                <span className="muted">{t(label)}</span>
                <strong className="number">{money(amount)}</strong>
              </li>
            ))}
          </ul>
          <Lines statement={data} />
        </>
      ) : null}
    </div>
  );
}
