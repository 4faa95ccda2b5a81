/** Who would ship the cart, or at which store it waits; where nobody can, why not. */
import { Alert } from "antd";
import { useLanguage } from "@/i18n";
import { formatList } from "@/i18n/format";
import { Icon } from "@/ui/Icon";
import type { Preview } from "./pricing";

const SITES = { short: "cart.noSite", full: "cart.sitesFull", no_rule: "cart.noRule" } as const;
const STORE = { short: "cart.storeShort", full: "cart.storeFull", no_rule: "cart.storeShort" } as const;

export function WhoServes({ sourcing, pickedUp }: { sourcing: Preview["sourcing"]; pickedUp: boolean }) {
  const { t, locale } = useLanguage();
  if (!sourcing.suffices) {
    const said = pickedUp ? STORE : SITES;
    return <Alert type="warning" showIcon title={t(said[sourcing.reason ?? "short"])} />;
  }
  const titles = sourcing.sites.map((site) => site.title);
  return (
    <p className="muted cart-site">
      <Icon name="truck" size={14} /> {t(pickedUp ? "cart.pickUpAt" : "cart.site", { name: formatList(titles, locale) })}
    </p>
  );
}
