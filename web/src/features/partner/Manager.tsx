/** Who looks after my company at the vendor, and how to reach them. */
import { useCall } from "@/api/hooks";
import { useLanguage } from "@/i18n";
import { useKit } from "@/kit/context";
import { Icon } from "@/ui/Icon";
import "./manager.css";

interface Contact {
  name: string;
  phone: string | null;
  email: string | null;
}

export default function Manager() {
  const { t } = useLanguage();
  const { session } = useKit();
  const { data } = useCall<Contact | null>("partner.manager", {}, session.door === "portal");
  if (!data) return null;
  return (
    <section className="card manager" aria-label={t("home.manager")}>
      <span className="inbox-icon">
        <Icon name="user" />
      </span>
      <span>
        <span className="muted">{t("home.manager")}</span> <strong>{data.name}</strong>
      </span>
      {data.phone ? <a href={`tel:${data.phone}`}>{data.phone}</a> : null}
      {data.email ? <a href={`mailto:${data.email}`}>{data.email}</a> : null}
    </section>
  );
}
