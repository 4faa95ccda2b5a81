/** The cart: lines with their price steps, promotions within reach, credit, ship-to or pick-up, and one button that orders. */
import { Link, useNavigate } from "@tanstack/react-router";
import { Alert, App, Button, Input } from "antd";
import { useState } from "react";
import type { RecordData } from "@/api/types";
import { useLanguage } from "@/i18n";
import { formatList, formatMoney } from "@/i18n/format";
import { useKit } from "@/kit/context";
import { idOf } from "@/kit/metadata";
import { EmptyState, ErrorNote } from "@/ui/feedback";
import { Icon } from "@/ui/Icon";
import { CreditBar } from "../price/CreditBar";
import { StepList, TotalsList } from "../price/Waterfall";
import { Benefits } from "./Benefits";
import type { Cart } from "./cart";
import { PickUp } from "./PickUp";
import { nameOf } from "./ProductCard";
import { type Ask, type Place, type PricedLine, reachOf, usePreview, usePromotions } from "./pricing";
import { ReachLine } from "./ReachLine";
import { SavedCarts } from "./SavedCarts";
import { type Address, NOWHERE, ShipTo } from "./ShipTo";
import { Stepper } from "./Stepper";
import { usePlaceOrder } from "./usePlaceOrder";
import { WhoServes } from "./WhoServes";

function Line({ line, name, missing, cart }: { line: PricedLine; name: string; missing: boolean; cart: Cart }) {
  const { t, locale } = useLanguage();
  const { session } = useKit();
  const money = (amount: string) => formatMoney(amount, session.site.currency, locale);
  return (
    <li className="cart-line">
      <div className="cart-line-head">
        <span className="cart-line-name">{name}</span>
        <strong className="number">{money(line.total_amount)}</strong>
        <Button
          type="text"
          size="small"
          icon={<Icon name="close" size={14} />}
          aria-label={t("cart.drop", { label: name })}
          onClick={() => cart.set(line.product.id, "")}
        />
      </div>
      <div className="cart-line-foot">
        <Stepper label={name} value={cart.quantityOf(line.product.id)} onChange={(value) => cart.set(line.product.id, value)} />
        <span className="muted number">× {money(line.unit_price)}</span>
      </div>
      {missing ? (
        <p className="cart-missing">
          <Icon name="warning" size={14} /> {t("cart.short")}
        </p>
      ) : null}
      <details>
        <summary>{t("price.how")}</summary>
        <StepList list={line.waterfall} />
      </details>
    </li>
  );
}

interface Props {
  cart: Cart;
  productOf: (id: string) => RecordData | undefined;
}

export function CartPanel({ cart, productOf }: Props) {
  const { t, locale } = useLanguage();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const [address, setAddress] = useState<Address>(NOWHERE);
  const [comment, setComment] = useState("");
  const [coupon, setCoupon] = useState("");
  const [pickup, setPickup] = useState("");
  const place: Place = Object.fromEntries(
    (["division", "latitude", "longitude"] as const).flatMap((part) => (address[part] ? [[part, address[part]]] : [])),
  );
  const ask: Ask = { ...place, ...(coupon ? { coupon_code: coupon } : {}), lines: cart.lines };
  const preview = usePreview(pickup ? { ...ask, pickup_site_id: pickup } : ask);
  const promotions = usePromotions(cart.lines.length > 0);
  const extra = { comment, coupon_code: coupon, pickup_site_id: pickup };
  const order = usePlaceOrder((record) => {
    cart.replace([]);
    void message.success(t("cart.placed", { number: String(record.number) }));
    void navigate({ to: "/o/$object/$id", params: { object: "sales_order", id: record.id } });
  }, preview.refetch);
  const head = (
    <div className="cart-head">
      <h2 className="block-title">
        {t("cart.title")} {cart.lines.length ? <span className="muted number">{cart.lines.length}</span> : null}
      </h2>
      <SavedCarts lines={cart.lines} onLoad={cart.replace} />
    </div>
  );
  if (!cart.lines.length) {
    return (
      <>
        {head}
        <EmptyState icon="cart" title={t("cart.empty")} text={t("cart.emptyText")} />
      </>
    );
  }
  const data = preview.data;
  // What is ordered must be what the screen prices: an answer to the cart of before is none to this one.
  const current = data !== undefined && !preview.isPlaceholderData;
  const nameIn = (line: PricedLine) => {
    const product = productOf(line.product.id);
    return product ? nameOf(product, locale) : line.product.title;
  };
  const missing = new Set(data?.sourcing.missing.map((one) => one.product_id));
  return (
    <>
      {head}
      {preview.error ? <ErrorNote error={preview.error} onRetry={() => void preview.refetch()} /> : null}
      {data ? (
        <>
          <ul className="cart-lines">
            {data.lines
              .filter((line) => !line.gift && cart.quantityOf(line.product.id))
              .map((line) => (
                <Line key={line.product.id} line={line} name={nameIn(line)} missing={missing.has(line.product.id)} cart={cart} />
              ))}
          </ul>
          <ul className="reaches" aria-live="polite">
            {reachOf(promotions, data.lines, (id) => idOf(productOf(id)?.category_id) ?? "").map((reach) => (
              <ReachLine key={reach.id} reach={reach} />
            ))}
          </ul>
          <Benefits preview={data} nameIn={nameIn} coupon={coupon} onCoupon={setCoupon} />
          <TotalsList
            totals={data.totals}
            lists={data.lines.map((line) => line.waterfall)}
            lines={data.lines}
            promotion={formatList(
              data.promotions.map((one) => one.title),
              locale,
            )}
          />
          <CreditBar available={data.credit.available} needed={data.credit.needed} />
        </>
      ) : null}
      <ShipTo value={address} errors={order.refused?.fields ?? {}} onChange={setAddress} />
      <PickUp ask={ask} value={pickup} errors={order.refused?.fields.pickup_site_id} onChange={setPickup} />
      {data?.territory_covered === false ? <Alert type="warning" showIcon title={t("cart.outside")} /> : null}
      {data ? <WhoServes sourcing={data.sourcing} pickedUp={Boolean(pickup)} /> : null}
      <Input.TextArea
        aria-label={t("cart.comment")}
        placeholder={t("cart.comment")}
        autoSize={{ minRows: 1, maxRows: 4 }}
        value={comment}
        onChange={(event) => setComment(event.target.value)}
      />
      {order.refused ? (
        <Alert
          type="error"
          showIcon
          title={[...order.refused.messages, ...Object.values(order.refused.fields).flat()].join(" ")}
          description={
            order.draft ? (
              <Link to="/o/$object/$id" params={{ object: "sales_order", id: order.draft.id }}>
                {t("cart.draftKept", { number: String(order.draft.number) })}
              </Link>
            ) : null
          }
        />
      ) : null}
      <Button
        type="primary"
        size="large"
        block
        loading={order.placing}
        disabled={!current}
        aria-busy={preview.isFetching}
        onClick={() => data && void order.place(cart.lines, address, extra, data.totals.total_amount)}
      >
        {t("cart.submit")}
      </Button>
    </>
  );
}
