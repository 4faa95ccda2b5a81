/** What is left of the credit and how much of it this order takes. */
import { useLanguage } from "@/i18n";
import { formatMoney } from "@/i18n/format";
import { useKit } from "@/kit/context";
import { Icon } from "@/ui/Icon";
import { share, steps, subtract } from "../decimal";
import "./price.css";

export function CreditBar({ available, needed }: { available: string; needed: string }) {
  const { t, locale } = useLanguage();
  const { session } = useKit();
  const money = (amount: string) => formatMoney(amount, session.site.currency, locale);
  const short = steps(needed) > steps(available);
  return (
    <div className={short ? "credit credit-short" : "credit"}>
      <div className="credit-line">
        <span>{t("credit.available")}</span>
        <strong className="number">{money(available)}</strong>
      </div>
      <span className="credit-bar" aria-hidden="true">
        <span style={{ width: `${short ? 100 : share(needed, available)}%` }} />
      </span>
      <p className="credit-note">
        <Icon name={short ? "warning" : "check"} size={14} />{" "}
        {short
          ? t("credit.short", { missing: money(subtract(needed, available)) })
          : t("credit.left", { left: money(subtract(available, needed)) })}
      </p>
    </div>
  );
}
