/** How a price came about, as steps a person can follow: what was taken off, by which rule, and what was left. */
import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import type { Text } from "@/api/types";
import { useLanguage } from "@/i18n";
import { formatMoney, formatPercent } from "@/i18n/format";
import { useKit } from "@/kit/context";
import { decimal, isZero, negate, share, steps } from "../decimal";
import { type TaxedLine, type TaxPart, taxParts } from "./taxes";
import "./price.css";

export interface PriceStep {
  step: string;
  text: Text;
  change: string;
  amount: string;
  rule?: { object: string; id: string; name: string };
}

function RuleName({ rule }: { rule: NonNullable<PriceStep["rule"]> }) {
  const { meta } = useKit();
  if (!meta.objects[rule.object]) return <span className="muted">{rule.name}</span>;
  return (
    <Link to="/o/$object/$id" params={{ object: rule.object, id: rule.id }}>
      {rule.name}
    </Link>
  );
}

/** Amounts, and changes with their sign: a surcharge must not look like a discount. */
function useMoney() {
  const { locale } = useLanguage();
  const { session } = useKit();
  const money = (amount: string) => formatMoney(amount, session.site.currency, locale);
  const signed = (change: string) => {
    if (isZero(change)) return money("0");
    return steps(change) < 0n ? `−${money(negate(change))}` : `+${money(change)}`;
  };
  return { money, signed };
}

/** Tax is contained in prices, or added to them by the last step. */
const addsTax = (list: PriceStep[]) => list.some((step, at) => step.step === "tax" && step.amount !== list[at - 1]?.amount);

/** The bar shows what is left after the step; contained tax takes nothing away. */
export function StepList({ list }: { list: PriceStep[] }) {
  const { say } = useLanguage();
  const { money, signed } = useMoney();
  const first = list[0]?.amount;
  const plain = (step: PriceStep) => step.step === "list" || (step.step === "tax" && !addsTax(list));
  return (
    <ol className="waterfall">
      {list.map((step, index) => (
        <li key={`${step.step}.${step.rule?.id ?? index}`} className={`waterfall-step waterfall-${step.step}`}>
          <span className="waterfall-text">
            {say(step.text)} {step.rule ? <RuleName rule={step.rule} /> : null}
          </span>
          <span className="waterfall-change number">{plain(step) ? money(step.change) : signed(step.change)}</span>
          {step.step === "tax" ? null : (
            <span className="waterfall-bar" aria-hidden="true">
              <span style={{ width: `${share(step.amount, first)}%` }} />
            </span>
          )}
          {plain(step) ? null : <span className="waterfall-left muted number">= {money(step.amount)}</span>}
        </li>
      ))}
    </ol>
  );
}

export interface Totals {
  list_amount: string;
  discount_amount: string;
  promotion_amount: string;
  total_amount: string;
  tax_amount: string;
}

interface TotalsProps {
  totals: Totals;
  /** The steps of each line, as far as they are known. */
  lists: PriceStep[][];
  promotion?: string | undefined;
  /** The lines, for what is taxed at which rate. */
  lines?: readonly TaxedLine[];
}

/** Where there are several rates, each has a row. */
function TaxRows({ lines }: { lines: readonly TaxedLine[] }) {
  const { t, locale } = useLanguage();
  const { money } = useMoney();
  const parts = taxParts(lines);
  if (parts.length < 2) return null;
  const name = ({ rate, exempt, net }: TaxPart) => {
    if (exempt) return t("price.exempt", { net: money(net) });
    // Lines older than their rates.
    if (rate === null) return t("price.rateUnknown", { net: money(net) });
    return t("price.rate", { rate: formatPercent(rate, locale), net: money(net) });
  };
  return parts.map((part) => (
    <Fragment key={`${part.exempt} ${part.rate}`}>
      <dt className="muted">{name(part)}</dt>
      <dd className="muted number">{money(part.tax)}</dd>
    </Fragment>
  ));
}

/** The same for a whole order: what the rules took off or added is what is missing between the stored sums. */
export function TotalsList({ totals, lists, promotion, lines = [] }: TotalsProps) {
  const { t } = useLanguage();
  const { money, signed } = useMoney();
  const added = lists.some(addsTax) ? steps(totals.tax_amount) : 0n;
  const known = steps(totals.total_amount) - added + steps(totals.discount_amount) + steps(totals.promotion_amount);
  const policy = decimal(known - steps(totals.list_amount));
  return (
    <dl className="totals">
      <dt>{t("price.list")}</dt>
      <dd className="number">{money(totals.list_amount)}</dd>
      {isZero(policy) ? null : (
        <>
          <dt>{t(policy.startsWith("-") ? "price.policy" : "price.surcharge")}</dt>
          <dd className="number">{signed(policy)}</dd>
        </>
      )}
      {isZero(totals.discount_amount) ? null : (
        <>
          <dt>{t("price.discount")}</dt>
          <dd className="number">{signed(negate(totals.discount_amount))}</dd>
        </>
      )}
      {isZero(totals.promotion_amount) ? null : (
        <>
          <dt>
            {t("price.promotion")}
            {promotion ? <span className="muted"> {promotion}</span> : null}
          </dt>
          <dd className="number">{signed(negate(totals.promotion_amount))}</dd>
        </>
      )}
      <dt className="totals-sum">{t("price.total")}</dt>
      <dd className="totals-sum number">{money(totals.total_amount)}</dd>
      <dt className="muted">{t("price.tax")}</dt>
      <dd className="muted number">{money(totals.tax_amount)}</dd>
      <TaxRows lines={lines} />
    </dl>
  );
}
