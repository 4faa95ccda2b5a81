/** Why a decision came out as it did: sentences, the rule and its version, the data it rests on, and a receipt to take away. */
import { Button, Drawer } from "antd";
import { address } from "@/api/client";
import type { Decision, ExplanationNode, FieldValue, ObjectMeta } from "@/api/types";
import { useLanguage } from "@/i18n";
import { shownInstant } from "@/i18n/format";
import { Icon } from "@/ui/Icon";
import { usePhone } from "@/ui/preferences";
import { useKit } from "../context";
import { fieldsOf } from "../metadata";
import { ValueText } from "../ValueText";
import { Explanation } from "./Explanation";
import "./why.css";

const hasFault = (node: ExplanationNode): boolean => node.outcome === "fail" || (node.children ?? []).some(hasFault);

interface Props {
  decision: Decision;
  /** The object decided on: its fields' names stand for the inputs. */
  object?: ObjectMeta;
  onClose: () => void;
}

export function WhyDrawer({ decision, object, onClose }: Props) {
  const { t, say, locale } = useLanguage();
  const { session } = useKit();
  const fields = object ? fieldsOf(object) : undefined;
  const show = (value: string) => shownInstant(value, locale, session.site.time_zone);
  const phone = usePhone();
  const inputs = Object.entries(decision.inputs ?? {});
  return (
    <Drawer open size={phone ? "100%" : 560} title={t("why.title")} onClose={onClose}>
      <dl className="why-facts">
        <dt>{t("why.result")}</dt>
        <dd>{say(decision.explanation.text) || decision.result}</dd>
        <dt>{t("why.rule")}</dt>
        <dd>
          <code>{decision.rule}</code> · {t("why.version", { version: decision.rule_version })}
        </dd>
      </dl>
      <ul className="why-tree">
        <Explanation node={decision.explanation} show={show} />
      </ul>
      {hasFault(decision.explanation) ? <p className="muted why-hint">{t("why.change")}</p> : null}
      {inputs.length ? (
        <>
          <h3 className="why-heading">{t("why.inputs")}</h3>
          <dl className="why-facts">
            {inputs.map(([name, value]) => (
              <div key={name} className="why-input">
                <dt>{say(fields?.get(name)?.label) || name}</dt>
                <dd className="number">
                  {fields?.has(name) ? (
                    <ValueText field={fields.get(name)} value={value as FieldValue} />
                  ) : typeof value === "object" ? (
                    JSON.stringify(value)
                  ) : (
                    show(String(value))
                  )}
                </dd>
              </div>
            ))}
          </dl>
        </>
      ) : null}
      <Button icon={<Icon name="download" />} href={address(`/decisions/${decision.id}/receipt`)} download>
        {t("why.receipt")}
      </Button>
    </Drawer>
  );
}
