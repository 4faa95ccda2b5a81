/** Beside the registration form: is this customer free? Says for how long it is taken, never by whom. */
import { useLanguage } from "@/i18n";
import { formatDate } from "@/i18n/format";
import type { FormAsideProps } from "@/kit/context";
import { useErrorText } from "@/ui/errorText";
import { Icon, type IconName } from "@/ui/Icon";
import { type Hint, useHint, verdictOf } from "./hint";
import "./deal.css";

const LOOKS: Record<Hint["answer"], { icon: IconName; tone: string }> = {
  free: { icon: "check", tone: "green" },
  protected: { icon: "shield", tone: "red" },
  ours: { icon: "flag", tone: "blue" },
  direct: { icon: "building", tone: "red" },
  review: { icon: "scale", tone: "gold" },
};

function Answer({ hint }: { hint: Hint }) {
  const { t, locale } = useLanguage();
  const look = LOOKS[hint.answer];
  const { isAnswerShown, territory } = verdictOf(hint);
  return (
    <>
      {isAnswerShown ? (
        <div className={`hint-answer hint-${look.tone}`}>
          <Icon name={look.icon} size={22} />
          <div>
            <strong>
              {hint.answer === "protected" && hint.until
                ? t("deal.protectedUntil", { until: formatDate(hint.until, locale) })
                : t(`deal.hint.${hint.answer}`)}
            </strong>
            <p>{t(`deal.hintText.${hint.answer}`)}</p>
          </div>
        </div>
      ) : null}
      {territory ? (
        <div className={`hint-answer ${territory === "inside" ? "hint-green" : "hint-red"}`}>
          <Icon name="pin" size={22} />
          <div>
            <strong>{t(`deal.${territory}`)}</strong>
            {territory === "inside" ? null : <p>{t("deal.outsideText")}</p>}
          </div>
        </div>
      ) : null}
    </>
  );
}

export default function DealHint({ values }: FormAsideProps) {
  const { t } = useLanguage();
  const errorText = useErrorText();
  const { hint, error, waiting, tooShort } = useHint(values);
  const refused = error ? errorText(error) : "";
  return (
    <aside className="card block hint" aria-label={t("deal.check")}>
      <h2 className="block-title">{t("deal.check")}</h2>
      <div aria-live="polite" aria-busy={waiting}>
        {refused ? (
          <div className="hint-answer hint-gold" role="alert">
            <Icon name="warning" size={22} />
            <p>{refused}</p>
          </div>
        ) : null}
        {hint ? <Answer hint={hint} /> : null}
        {!hint && !refused ? <p className="muted">{t(tooShort ? "deal.checkEmpty" : "deal.checking")}</p> : null}
      </div>
      <ul className="hint-notes muted">
        <li>
          <Icon name="shield" size={14} /> {t("deal.private")}
        </li>
        <li>
          <Icon name="clock" size={14} /> {t("deal.first")}
        </li>
      </ul>
    </aside>
  );
}
