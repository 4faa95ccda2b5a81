/** How a price came about, as steps a person can follow: what was taken off, by which rule, and what was left. */
import { Link } from "@tanstack/react-router";
import type { Text } from "@/api/types";
import { useLanguage } from "@/i18n";
import { formatMoney } from "@/i18n/format";
import { useKit } from "@/kit/context";
import { decimal, isZero, share, steps } from "../decimal";
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

/** The bar shows what is left after the step; tax is contained, so it takes nothing away. */
export function StepList({ list }: { list: PriceStep[] }) {
  const { say, locale } = useLanguage();
  const { session } = useKit();
  const money = (amount: string) => formatMoney(amount, session.site.currency, locale);
  const first = list[0]?.amount;
  return (
    <ol className="waterfall">
      {list.map((step, index) => (
        <li key={`${step.step}.${step.rule?.id ?? index}`} className={`waterfall-step waterfall-${step.step}`}>
          <span className="waterfall-text">
            {say(step.text)} {step.rule ? <RuleName rule={step.rule} /> : null}
          </span>
          <span className="waterfall-change number">
            {step.step === "list" || step.step === "tax" ? money(step.change) : `−${money(step.change.replace("-", ""))}`}
          </span>
          {step.step === "tax" ? null : (
            <span className="waterfall-bar" aria-hidden="true">
              <span style={{ width: `${share(step.amount, first)}%` }} />
            </span>
          )}
          {step.step === "list" || step.step === "tax" ? null : (
            <span className="waterfall-left muted number">= {money(step.amount)}</span>
          )}
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

/** The same for a whole order: what the rules took off is what is missing between the stored sums. */
export function TotalsList({ totals, promotion }: { totals: Totals; promotion?: string | undefined }) {
  const { t, locale } = useLanguage();
  const { session } = useKit();
  const money = (amount: string) => formatMoney(amount, session.site.currency, locale);
  const known = steps(totals.total_amount) + steps(totals.discount_amount) + steps(totals.promotion_amount);
  const policy = steps(totals.list_amount) - known;
  const less = (amount: string) => (isZero(amount) ? money("0") : `−${money(amount)}`);
  return (
    <dl className="totals">
      <dt>{t("price.list")}</dt>
      <dd className="number">{money(totals.list_amount)}</dd>
      {policy > 0n ? (
        <>
          <dt>{t("price.policy")}</dt>
          <dd className="number">{less(decimal(policy))}</dd>
        </>
      ) : null}
      {isZero(totals.discount_amount) ? null : (
        <>
          <dt>{t("price.discount")}</dt>
          <dd className="number">{less(totals.discount_amount)}</dd>
        </>
      )}
      {isZero(totals.promotion_amount) ? null : (
        <>
          <dt>
            {t("price.promotion")}
            {promotion ? <span className="muted"> {promotion}</span> : null}
          </dt>
          <dd className="number">{less(totals.promotion_amount)}</dd>
        </>
      )}
      <dt className="totals-sum">{t("price.total")}</dt>
      <dd className="totals-sum number">{money(totals.total_amount)}</dd>
      <dt className="muted">{t("price.tax")}</dt>
      <dd className="muted number">{money(totals.tax_amount)}</dd>
    </dl>
  );
}
