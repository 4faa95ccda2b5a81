/** One product as a buyer sees it: what it is, my price against the list price, in stock or not, how many I take. */
import { Button } from "antd";
import type { RecordData } from "@/api/types";
import { useLanguage } from "@/i18n";
import { formatMoney } from "@/i18n/format";
import { useKit } from "@/kit/context";
import { isLink } from "@/kit/metadata";
import { Icon } from "@/ui/Icon";
import { StatusTag } from "@/ui/StatusTag";
import { steps } from "../decimal";
import { Stepper } from "./Stepper";

interface Props {
  product: RecordData;
  /** My price for one; undefined while it is asked for. */
  price: string | undefined;
  /** The price rule or list it comes from. */
  rule: string | undefined;
  inStock: boolean | undefined;
  quantity: string;
  onQuantity: (quantity: string) => void;
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

export const nameOf = (product: RecordData, locale: string) =>
  (locale === "en" && text(product.name_en)) || text(product.name) || text(product.code);

export function ProductCard({ product, price, rule, inStock, quantity, onQuantity }: Props) {
  const { t, locale } = useLanguage();
  const { session } = useKit();
  const money = (amount: string) => formatMoney(amount, session.site.currency, locale);
  const list = text(product.list_price);
  const saves = price !== undefined && steps(price) < steps(list);
  const name = nameOf(product, locale);
  const category = isLink(product.category_id) ? product.category_id.title : "";
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
        <strong className="number">{money(price ?? list)}</strong>
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
        {saves && rule ? <StatusTag text={rule} color="gold" /> : null}
      </p>
      <div className="product-foot">
        {inStock === undefined ? (
          <span />
        ) : (
          <StatusTag text={t(inStock ? "cart.inStock" : "cart.noStock")} color={inStock ? "green" : "gold"} />
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
