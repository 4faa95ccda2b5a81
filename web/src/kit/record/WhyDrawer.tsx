/** Why a decision came out as it did: sentences, the rule and its version, the data it rests on, and a receipt to take away. */
import { Button, Drawer } from "antd";
import { address } from "@/api/client";
import type { Decision, ExplanationNode } from "@/api/types";
import { useLanguage } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { usePhone } from "@/ui/preferences";
import { Explanation } from "./Explanation";
import "./why.css";

const hasFault = (node: ExplanationNode): boolean => node.outcome === "fail" || (node.children ?? []).some(hasFault);

export function WhyDrawer({ decision, onClose }: { decision: Decision; onClose: () => void }) {
  const { t, say } = useLanguage();
  const phone = usePhone();
  const inputs = Object.entries(decision.inputs ?? {});
  return (
    <Drawer open size={phone ? "100%" : 560} title={t("why.title")} onClose={onClose}>
      <dl className="why-facts">
        <dt>{t("why.result")}</dt>
        <dd>{decision.result || say(decision.explanation.text)}</dd>
        <dt>{t("why.rule")}</dt>
        <dd>
          <code>{decision.rule}</code> · {t("why.version", { version: decision.rule_version })}
        </dd>
      </dl>
      <ul className="why-tree">
        <Explanation node={decision.explanation} />
      </ul>
      {hasFault(decision.explanation) ? <p className="muted why-hint">{t("why.change")}</p> : null}
      {inputs.length ? (
        <>
          <h3 className="why-heading">{t("why.inputs")}</h3>
          <dl className="why-facts">
            {inputs.map(([name, value]) => (
              <div key={name} className="why-input">
                <dt>{name}</dt>
                <dd className="number">{typeof value === "object" ? JSON.stringify(value) : String(value)}</dd>
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
