/** What happened to a record: who did what, which fields changed, and why the system decided as it did. */
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTimeline } from "@/api/hooks";
import type { Decision, ObjectMeta, TimelineEntry } from "@/api/types";
import { useLanguage } from "@/i18n";
import { formatAgo, formatInstant } from "@/i18n/format";
import { Bones, ErrorNote } from "@/ui/feedback";
import { Icon } from "@/ui/Icon";
import { useKit } from "../context";
import { fieldsOf, isEmpty } from "../metadata";
import { ValueText } from "../ValueText";

const WhyDrawer = lazy(() => import("./WhyDrawer").then((module) => ({ default: module.WhyDrawer })));
const SHOWN_CHANGES = 6;

function Changes({ object, entry }: { object: ObjectMeta; entry: TimelineEntry }) {
  const { t, say } = useLanguage();
  const [all, setAll] = useState(false);
  const fields = fieldsOf(object);
  const changes = entry.changes.filter((change) => fields.get(change.field)?.type !== "json");
  const shown = all ? changes : changes.slice(0, SHOWN_CHANGES);
  if (!changes.length) return null;
  return (
    <ul className="moment-changes">
      {shown.map(({ field: name, from, to }) => (
        <li key={name}>
          <span className="muted">{say(fields.get(name)?.label) || name}</span>{" "}
          {isEmpty(from) ? null : (
            <>
              <del>
                <ValueText field={fields.get(name)} value={from} />
              </del>{" "}
              <span aria-hidden="true">→</span>{" "}
            </>
          )}
          <ins>
            <ValueText field={fields.get(name)} value={to} />
          </ins>
        </li>
      ))}
      {changes.length > shown.length ? (
        <li>
          <Button type="link" size="small" onClick={() => setAll(true)}>
            {t("common.more")} ({changes.length - shown.length})
          </Button>
        </li>
      ) : null}
    </ul>
  );
}

function Moment({ object, entry, onWhy }: { object: ObjectMeta; entry: TimelineEntry; onWhy: (decision: Decision) => void }) {
  const { t, say, locale } = useLanguage();
  const { session } = useKit();
  const zone = session.site.time_zone;
  const name = say(entry.label) || say(object.actions?.find((action) => action.name === entry.action)?.label) || entry.action;
  return (
    <li className="moment">
      <span className="moment-dot" aria-hidden="true" />
      <div className="moment-head">
        <strong>{name}</strong>
        <span className="muted">{entry.actor?.name ?? t("record.system")}</span>
        <time className="muted" dateTime={entry.at} title={formatInstant(entry.at, locale, zone)}>
          {formatAgo(entry.at, locale, zone, Date.now())}
        </time>
      </div>
      <Changes object={object} entry={entry} />
      {entry.decisions.map((decision) => (
        <div key={decision.id} className="moment-decision">
          <Icon name="scale" />
          <span className="moment-result">{say(decision.explanation?.text) || decision.result}</span>
          <Button size="small" onClick={() => onWhy(decision)}>
            {t("why.button")}
          </Button>
        </div>
      ))}
    </li>
  );
}

export function Timeline({ object, id }: { object: ObjectMeta; id: string }) {
  const { t } = useLanguage();
  const { data, error, refetch, isPending } = useTimeline(object.name, id);
  const [why, setWhy] = useState<Decision | null>(null);
  if (isPending) return <Bones rows={4} />;
  if (!data) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (!data.entries.length) return <p className="muted pad">{t("record.noTimeline")}</p>;
  return (
    <>
      <ol className="timeline">
        {data.entries.map((entry) => (
          <Moment key={entry.id} object={object} entry={entry} onWhy={setWhy} />
        ))}
      </ol>
      {why ? (
        <Suspense>
          <WhyDrawer decision={why} object={object} onClose={() => setWhy(null)} />
        </Suspense>
      ) : null}
    </>
  );
}
