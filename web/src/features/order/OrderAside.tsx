/** What a person asks of an order first: what it costs and why, whether credit and goods are there, and who ships. */
import { Alert, Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { useRows, useTimeline } from "@/api/hooks";
import type { Decision, RecordData, Text } from "@/api/types";
import { useLanguage } from "@/i18n";
import { formatMoney, formatNumber } from "@/i18n/format";
import { type RecordAsideProps, useKit } from "@/kit/context";
import { quote } from "@/kit/list/conditions";
import { idOf, isLink } from "@/kit/metadata";
import { Icon } from "@/ui/Icon";
import { StatusTag } from "@/ui/StatusTag";
import { decimal, steps } from "../decimal";
import { CreditBar } from "../price/CreditBar";
import type { TaxedLine } from "../price/taxes";
import { type PriceStep, StepList, TotalsList } from "../price/Waterfall";
import { Reorder } from "./Reorder";
import { Sourcing } from "./Sourcing";
import { isSplit } from "./sourcing";
import "./order.css";

const WhyDrawer = lazy(() => import("@/kit/record/WhyDrawer").then((module) => ({ default: module.WhyDrawer })));
const text = (value: unknown) => (typeof value === "string" ? value : "");

/** The latest decision of each kind, and the one that had several sites ship, if there was one. */
function useDecisions(id: string): { latest: Map<string, Decision>; split: Decision | undefined } {
  const { data } = useTimeline("sales_order", id);
  const all = (data?.entries ?? []).flatMap((entry) => entry.decisions);
  const latest = new Map<string, Decision>();
  for (const decision of all) if (!latest.has(decision.kind)) latest.set(decision.kind, decision);
  return { latest, split: all.find(isSplit) };
}

/** How a line came to its price; where goods were given back, what that took off in the end. */
function stepsOf(line: RecordData, givenBack: Text): PriceStep[] {
  const list = Array.isArray(line.waterfall) ? (line.waterfall as unknown as PriceStep[]) : [];
  const ordered = list.at(-1)?.amount;
  const total = text(line.total_amount);
  if (!ordered || !steps(line.cancelled_quantity)) return list;
  return [...list, { step: "given_back", text: givenBack, change: decimal(steps(total) - steps(ordered)), amount: total }];
}

function Lines({ order }: { order: RecordData }) {
  const { t, locale } = useLanguage();
  const { session } = useKit();
  const lines = (order.lines ?? []) as RecordData[];
  const money = (amount: unknown) => formatMoney(text(amount), session.site.currency, locale);
  const givenBack = (line: RecordData): Text => {
    const [ordered, back] = [line.quantity, line.cancelled_quantity].map((each) => formatNumber(text(each), locale));
    return { zh: `订购 ${ordered}，未发退回 ${back}`, en: `${ordered} ordered, ${back} given back unshipped` };
  };
  return (
    <ul className="order-lines">
      {lines.map((line) => (
        <li key={line.id}>
          <details>
            <summary>
              <span className="order-line-name">
                {(isLink(line.product_id) && line.product_id.title) || text(line.product_name)}
                {line.gift === true ? <StatusTag text={t("price.gift")} color="green" /> : null}
              </span>
              <span className="muted number">
                {formatNumber(text(line.sold_quantity) || text(line.quantity), locale)} × {money(line.unit_price)}
              </span>
              <strong className="number">{money(line.total_amount)}</strong>
            </summary>
            {Array.isArray(line.waterfall) ? (
              <StepList list={stepsOf(line, givenBack(line))} />
            ) : (
              <p className="muted">{t("price.none")}</p>
            )}
          </details>
        </li>
      ))}
    </ul>
  );
}

function Checks({
  order,
  decisions,
  split,
  onWhy,
}: {
  order: RecordData;
  decisions: Map<string, Decision>;
  split: Decision | undefined;
  onWhy: (why: Decision) => void;
}) {
  const { t, say, locale } = useLanguage();
  const { session, meta } = useKit();
  const partner = idOf(order.partner_id) ?? "";
  const canSee = Boolean(meta.objects.credit_account && partner);
  const account = useRows("credit_account", { filter: `partner_id == ${quote(partner)}`, limit: 1 }, canSee).data?.rows[0];
  const waits = order.state === "draft" || order.state === "pending_approval" || order.state === "credit_hold";
  const shipped = order.state === "shipped" || order.state === "completed";
  const reason = text(locale === "en" ? order.hold_reason_en : order.hold_reason_zh);
  const shown = ["order.credit", "order.discount", "order.approval"].flatMap((kind) => decisions.get(kind) ?? []);
  return (
    <section className="card block" aria-label={t("order.checks")}>
      <h2 className="block-title">{t("order.checks")}</h2>
      {reason ? <Alert type="warning" showIcon title={reason} /> : null}
      {account && waits ? <CreditBar available={text(account.available_amount)} needed={text(order.total_amount)} /> : null}
      {account && !waits ? (
        <p>
          {t("credit.available")}{" "}
          <strong className="number">{formatMoney(text(account.available_amount), session.site.currency, locale)}</strong>
        </p>
      ) : null}
      <ul className="checks">
        {shown.map((decision) => (
          <li key={decision.id}>
            <Icon name={decision.explanation.outcome === "fail" ? "warning" : "check"} size={15} />
            <span>{say(decision.explanation.text)}</span>
            <Button size="small" onClick={() => onWhy(decision)}>
              {t("why.button")}
            </Button>
          </li>
        ))}
        {isLink(order.site_id) ? (
          <li>
            <Icon name="truck" size={15} />
            <span>
              {split
                ? say(split.explanation.text)
                : t(shipped ? "order.stockSent" : "order.stockHeld", { site: order.site_id.title })}
            </span>
          </li>
        ) : null}
      </ul>
    </section>
  );
}

export default function OrderAside({ object, reply }: RecordAsideProps) {
  const { t } = useLanguage();
  const order = reply.record;
  const { latest: decisions, split } = useDecisions(order.id);
  const [why, setWhy] = useState<Decision | null>(null);
  const sourcing = decisions.get("order.sourcing");
  const price = decisions.get("order.price");
  const sum = (name: string) => text(order[name]) || "0";
  return (
    <>
      <section className="card block" aria-label={t("price.title")}>
        <div className="block-head">
          <h2 className="block-title">{t("price.title")}</h2>
          {object.can?.create && order.state !== "draft" ? <Reorder id={order.id} /> : null}
          {price ? (
            <Button size="small" onClick={() => setWhy(price)}>
              {t("why.button")}
            </Button>
          ) : null}
        </div>
        <div className="order-price">
          <Lines order={order} />
          <TotalsList
            totals={{
              list_amount: sum("list_amount"),
              discount_amount: sum("discount_amount"),
              promotion_amount: sum("promotion_amount"),
              total_amount: sum("total_amount"),
              tax_amount: sum("tax_amount"),
            }}
            lists={((order.lines ?? []) as RecordData[]).flatMap(({ waterfall }) =>
              Array.isArray(waterfall) ? [waterfall as unknown as PriceStep[]] : [],
            )}
            lines={(order.lines ?? []) as TaxedLine[]}
            promotion={isLink(order.promotion_id) ? order.promotion_id.title : undefined}
          />
        </div>
      </section>
      {order.historic === true ? null : <Checks order={order} decisions={decisions} split={split} onWhy={setWhy} />}
      {sourcing ? <Sourcing order={order} decision={sourcing} split={split} onWhy={() => setWhy(sourcing)} /> : null}
      {why ? (
        <Suspense>
          <WhyDrawer decision={why} onClose={() => setWhy(null)} />
        </Suspense>
      ) : null}
    </>
  );
}
