/** One product as a buyer sees it: what it is, my price against the list price, in stock or not, how many I take. */
import { Button } from "antd";
import type { RecordData } from "@/api/types";
import { useLanguage } from "@/i18n";
import { formatMoney } from "@/i18n/format";
import { useKit } from "@/kit/context";
import { Icon } from "@/ui/Icon";
import { StatusTag } from "@/ui/StatusTag";
import { steps } from "../decimal";
import type { Offer } from "./pricing";
import { Stepper } from "./Stepper";

interface Props {
  product: RecordData;
  category: string;
  /** What I get one for; undefined while it is asked for, null when it could not be told. */
  offer: Offer | null | undefined;
  quantity: string;
  onQuantity: (quantity: string) => void;
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

export const nameOf = (product: RecordData, locale: string) =>
  (locale === "en" && text(product.name_en)) || text(product.name) || text(product.code);

export function ProductCard({ product, category, offer, quantity, onQuantity }: Props) {
  const { t, locale } = useLanguage();
  const { session } = useKit();
  const money = (amount: string) => formatMoney(amount, session.site.currency, locale);
  const list = text(product.list_price);
  const saves = offer && steps(offer.price) < steps(list);
  const name = nameOf(product, locale);
  return (
    <article className={quantity ? "card product product-taken" : "card product"} aria-label={name}>
      <div className="product-head">
        <span className="product-sign" aria-hidden="true">
          {category.slice(0, 1) || name.slice(0, 1)}
        </span>
        <div className="product-name">
          <h3>{name}</h3>
          <p className="muted">
            <span className="number">{text(product.code)}</span>
            {category ? ` · ${category}` : ""}
          </p>
        </div>
      </div>
      <p className="product-price">
        {offer ? (
          <strong className="number">{money(offer.price)}</strong>
        ) : offer === null ? (
          <span className="number">
            {t("cart.listPrice")} {money(list)}
          </span>
        ) : (
          <span className="bone product-bone" role="status" aria-label={t("common.loading")} />
        )}
        <span className="muted">
          {" / "}
          {text(product.unit)}
        </span>
        {saves ? (
          <span className="muted product-list number">
            <span className="sr-only">{t("cart.listPrice")} </span>
            <del>{money(list)}</del>
          </span>
        ) : null}
        {saves && offer.rule ? <StatusTag text={offer.rule} color="gold" /> : null}
      </p>
      <div className="product-foot">
        {offer ? (
          <StatusTag text={t(offer.inStock ? "cart.inStock" : "cart.noStock")} color={offer.inStock ? "green" : "gold"} />
        ) : (
          <span />
        )}
        {quantity ? (
          <Stepper label={name} value={quantity} onChange={onQuantity} />
        ) : (
          <Button icon={<Icon name="plus" />} aria-label={t("cart.add", { label: name })} onClick={() => onQuantity("1")}>
            {t("cart.addShort")}
          </Button>
        )}
      </div>
    </article>
  );
}
