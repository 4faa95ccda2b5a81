/** Checks a receipt somebody took away: is it word for word what this site decided and signed? */
import { Upload } from "antd";
import { useState } from "react";
import { request } from "@/api/client";
import type { Decision, ExplanationNode } from "@/api/types";
import { useLanguage } from "@/i18n";
import { formatInstant, shownInstant } from "@/i18n/format";
import { useKit } from "@/kit/context";
import { Explanation } from "@/kit/record/Explanation";
import "@/kit/record/record.css";
import "@/kit/record/why.css";
import { useErrorText } from "@/ui/errorText";
import { PageHead } from "@/ui/feedback";
import { Icon } from "@/ui/Icon";
import "./receipt.css";

interface Verdict {
  valid: boolean;
  reasons: string[];
}
interface Receipt {
  decision?: Decision & { at?: string };
  block?: { number?: number };
  site?: string;
  internal_text?: string | null;
}
type Outcome = { name: string; receipt: Receipt; verdict: Verdict } | { name: string; fault: string };

const LARGEST_BYTES = 2_000_000;

/** What the server may find wrong: its codes are keys of our texts. */
const REASONS = [
  "receipt.shown_other",
  "receipt.internal_changed",
  "receipt.changed",
  "receipt.other_entry",
  "receipt.not_in_block",
  "receipt.hash",
  "receipt.signature",
  "receipt.other_site",
] as const;

/** The vendor's own reasons, which only the vendor's copy holds. */
function internalReasons(receipt: Receipt): ExplanationNode | undefined {
  try {
    const internal = JSON.parse(receipt.internal_text ?? "null") as { explanation?: ExplanationNode } | null;
    return internal?.explanation;
  } catch {
    return undefined;
  }
}

function Result({ outcome }: { outcome: Outcome }) {
  const { t, say, locale } = useLanguage();
  const { session } = useKit();
  if ("fault" in outcome) {
    return (
      <div className="verdict verdict-bad" role="alert">
        <Icon name="warning" size={26} />
        <div>
          <strong>{t("receipt.unreadable", { name: outcome.name })}</strong>
          <p>{outcome.fault}</p>
        </div>
      </div>
    );
  }
  const { verdict, receipt, name } = outcome;
  const { decision } = receipt;
  const reasonText = (code: string) => {
    const key = REASONS.find((one) => one === code);
    return key ? t(key) : t("receipt.unknown", { code });
  };
  return (
    <>
      <div className={verdict.valid ? "verdict verdict-good" : "verdict verdict-bad"} role="status">
        <Icon name={verdict.valid ? "shield" : "warning"} size={26} />
        <div>
          <strong>{t(verdict.valid ? "receipt.valid" : "receipt.invalid")}</strong>
          <p className="muted">{name}</p>
          {verdict.reasons.length ? (
            <ul className="verdict-reasons">
              {verdict.reasons.map((reason) => (
                <li key={reason}>{reasonText(reason)}</li>
              ))}
            </ul>
          ) : null}
        </div>
      </div>
      {decision?.explanation?.text ? (
        <section className="card block" aria-label={t("receipt.says")}>
          <h2 className="block-title">{t("receipt.says")}</h2>
          <dl className="figures">
            <div>
              <dt>{t("receipt.site")}</dt>
              <dd>{receipt.site ?? ""}</dd>
            </div>
            <div>
              <dt>{t("receipt.at")}</dt>
              <dd className="number">{decision.at ? formatInstant(decision.at, locale, session.site.time_zone) : ""}</dd>
            </div>
            <div>
              <dt>{t("why.rule")}</dt>
              <dd>
                <code>{decision.rule}</code> · {t("why.version", { version: decision.rule_version })}
              </dd>
            </div>
            <div>
              <dt>{t("why.result")}</dt>
              <dd>{say(decision.explanation.text)}</dd>
            </div>
          </dl>
          {verdict.valid ? null : <p className="receipt-warning">{t("receipt.dontTrust")}</p>}
          {receipt.internal_text ? <p className="muted">{t("receipt.internal")}</p> : null}
          <ul className="why-tree">
            <Explanation
              node={internalReasons(receipt) ?? decision.explanation}
              show={(value) => shownInstant(value, locale, session.site.time_zone)}
            />
          </ul>
        </section>
      ) : null}
    </>
  );
}

export default function ReceiptPage() {
  const { t } = useLanguage();
  const errorText = useErrorText();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [checking, setChecking] = useState(false);

  const check = async (file: File) => {
    setChecking(true);
    try {
      if (file.size > LARGEST_BYTES) throw new SyntaxError();
      const receipt = JSON.parse(await file.text()) as Receipt;
      const verdict = await request<Verdict>("POST", "/receipts/verify", { body: receipt, safe: true });
      setOutcome({ name: file.name, receipt, verdict });
    } catch (error) {
      const fault = error instanceof SyntaxError ? t("receipt.noJson") : errorText(error);
      setOutcome({ name: file.name, fault });
    } finally {
      setChecking(false);
    }
  };

  return (
    <div className="page receipt-page">
      <title>{t("receipt.title")}</title>
      <PageHead title={t("receipt.title")} purpose={t("receipt.purpose")} />
      <Upload.Dragger
        accept=".json,application/json"
        showUploadList={false}
        beforeUpload={(file) => {
          void check(file);
          return false;
        }}
      >
        <Icon name="upload" size={28} />
        <p>{t("receipt.drop")}</p>
        <p className="receipt-pick">{t(checking ? "common.loading" : "receipt.pick")}</p>
      </Upload.Dragger>
      <div className="receipt-result" aria-live="polite">
        {outcome ? <Result outcome={outcome} /> : <p className="muted">{t("receipt.help")}</p>}
      </div>
    </div>
  );
}
