/** A promotion within reach of the cart: what is missing, and what that gains. */
import { useLanguage } from "@/i18n";
import { formatMoney } from "@/i18n/format";
import { useKit } from "@/kit/context";
import { Icon } from "@/ui/Icon";
import { isPositive } from "../decimal";
import type { Reach } from "./pricing";

export function ReachLine({ reach }: { reach: Reach }) {
  const { t, locale } = useLanguage();
  const { session } = useKit();
  const money = (amount: string) => formatMoney(amount, session.site.currency, locale);
  const gain = reach.reduction ? money(reach.reduction) : `${reach.percent}%`;
  return (
    <li className={reach.reached ? "reach reach-done" : "reach"}>
      <Icon name="gift" size={14} />
      <span>
        <strong>{reach.name}</strong>
        {reach.reached ? <span> {t("cart.reached")}</span> : null}
        {isPositive(reach.missing) ? (
          <span className="reach-more">
            {t(reach.reduction ? "cart.buyMore" : "cart.buyMorePercent", { missing: money(reach.missing), gain })}
          </span>
        ) : null}
      </span>
    </li>
  );
}
