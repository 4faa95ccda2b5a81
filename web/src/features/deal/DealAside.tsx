/** A registration at a glance: protected until when, which rank, why, and the signed receipt; for reviewers also the likely duplicates. */
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { address } from "@/api/client";
import { useTimeline } from "@/api/hooks";
import type { Decision, RecordData } from "@/api/types";
import { useLanguage } from "@/i18n";
import { formatDate, formatInstant } from "@/i18n/format";
import { type RecordAsideProps, useKit } from "@/kit/context";
import { Icon } from "@/ui/Icon";
import { Conflict } from "./Conflict";
import "./deal.css";

const WhyDrawer = lazy(() => import("@/kit/record/WhyDrawer").then((module) => ({ default: module.WhyDrawer })));
const DAY_MS = 86_400_000;
const KINDS = ["deal.extension", "deal.protection", "deal.closing", "deal.registration", "deal.duplicate_check"];
const text = (value: unknown) => (typeof value === "string" ? value : "");

function useLatestDecision(id: string): Decision | undefined {
  const { data } = useTimeline("deal_registration", id);
  const decisions = data?.entries.flatMap((entry) => entry.decisions) ?? [];
  return decisions.find((decision) => KINDS.includes(decision.kind));
}

function Clock({ deal }: { deal: RecordData }) {
  const { t, locale } = useLanguage();
  const { session } = useKit();
  const from = Date.parse(text(deal.approved_at) || text(deal.submitted_at));
  const until = Date.parse(text(deal.protected_until));
  const left = Math.max(0, Math.ceil((until - Date.now()) / DAY_MS));
  const passed = until > from ? Math.min(100, Math.max(0, ((Date.now() - from) / (until - from)) * 100)) : 100;
  return (
    <div className="clock">
      <p className="clock-text">
        <strong>
          {t("deal.protectedUntil", { until: formatInstant(text(deal.protected_until), locale, session.site.time_zone) })}
        </strong>
        {deal.state === "approved" ? <span className="muted">{t("deal.daysLeft", { count: left })}</span> : null}
      </p>
      <span className="clock-bar" aria-hidden="true">
        <span style={{ width: `${passed}%` }} />
      </span>
    </div>
  );
}

export default function DealAside({ object, reply }: RecordAsideProps) {
  const { t, say, locale } = useLanguage();
  const { session } = useKit();
  const deal = reply.record;
  const decision = useLatestDecision(deal.id);
  const [why, setWhy] = useState(false);
  if (deal.state === "draft" && !decision) return null;
  const choices = object.fields.find((field) => field.name === "hint")?.choices;
  const hint = choices?.find((choice) => choice.value === deal.hint);
  return (
    <>
      <section className="card block" aria-label={t("deal.standing")}>
        <h2 className="block-title">{t("deal.standing")}</h2>
        {deal.protected_until ? <Clock deal={deal} /> : null}
        <dl className="figures">
          {typeof deal.rank === "number" ? (
            <div>
              <dt>{t("deal.rank")}</dt>
              <dd className="number">{t("deal.rankOf", { rank: deal.rank })}</dd>
            </div>
          ) : null}
          {deal.submitted_at ? (
            <div>
              <dt>{t("deal.submittedAt")}</dt>
              <dd className="number">{formatInstant(text(deal.submitted_at), locale, session.site.time_zone)}</dd>
            </div>
          ) : null}
          {hint ? (
            <div>
              <dt>{t("deal.check")}</dt>
              <dd>{say(hint.label)}</dd>
            </div>
          ) : null}
          {deal.expected_on ? (
            <div>
              <dt>{t("deal.expected")}</dt>
              <dd className="number">{formatDate(text(deal.expected_on), locale)}</dd>
            </div>
          ) : null}
        </dl>
        {deal.state === "draft" ? <p className="muted">{t("deal.draftText")}</p> : null}
        {/* A draft's check says how it stands; nothing has been claimed yet. */}
        {decision && deal.state !== "draft" ? (
          <div className="standing-why">
            <Icon name="scale" />
            <span>{say(decision.explanation.text)}</span>
            <Button size="small" onClick={() => setWhy(true)}>
              {t("why.button")}
            </Button>
            <Button
              size="small"
              icon={<Icon name="download" size={14} />}
              href={address(`/decisions/${decision.id}/receipt`)}
              download
            >
              {t("why.receipt")}
            </Button>
          </div>
        ) : null}
      </section>
      <Conflict object={object} reply={reply} />
      {why && decision ? (
        <Suspense>
          <WhyDrawer decision={decision} onClose={() => setWhy(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
