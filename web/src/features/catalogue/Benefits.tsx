/** What the order gets beside its prices: gifts, the promotions that apply, and a coupon. The server decides on all of it. */
import { Input } from "antd";
import { useState } from "react";
import { useLanguage } from "@/i18n";
import { formatMoney, formatNumber } from "@/i18n/format";
import { useKit } from "@/kit/context";
import { Icon } from "@/ui/Icon";
import { StatusTag } from "@/ui/StatusTag";
import type { Preview, PricedLine } from "./pricing";

interface Props {
  preview: Preview;
  nameIn: (line: PricedLine) => string;
  coupon: string;
  onCoupon: (code: string) => void;
}

export function Benefits({ preview, nameIn, coupon, onCoupon }: Props) {
  const { t, locale } = useLanguage();
  const { session } = useKit();
  const [code, setCode] = useState(coupon);
  const money = (amount: string) => formatMoney(amount, session.site.currency, locale);
  return (
    <>
      <ul className="reaches" aria-label={t("cart.benefits")}>
        {preview.lines
          .filter((line) => line.gift)
          .map((line) => (
            <li key={`gift.${line.product.id}.${line.quantity}`} className="reach reach-done">
              <StatusTag text={t("price.gift")} color="green" />
              <span>
                {nameIn(line)} <span className="number">× {formatNumber(line.quantity, locale)}</span>
              </span>
            </li>
          ))}
        {preview.promotions.map((promotion) => (
          <li key={promotion.id} className="reach reach-done">
            <Icon name="gift" size={14} />
            <span>
              {promotion.title} <strong className="number">−{money(promotion.amount)}</strong>
            </span>
          </li>
        ))}
      </ul>
      <Input.Search
        allowClear
        aria-label={t("cart.coupon")}
        placeholder={t("cart.coupon")}
        enterButton={t("cart.useCoupon")}
        maxLength={40}
        value={code}
        status={preview.coupon?.applies === false ? "error" : ""}
        onChange={(event) => setCode(event.target.value)}
        onSearch={(text) => onCoupon(text.trim())}
      />
      {preview.coupon ? (
        <p role="status" className={preview.coupon.applies ? "muted" : "cart-missing"}>
          {preview.coupon.applies ? t("cart.couponApplies") : preview.coupon.text}
        </p>
      ) : null}
    </>
  );
}
