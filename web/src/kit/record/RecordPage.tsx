/** One record in full: head, sections, child lists, hand-written piece if any, timeline beside, related lists below. */
import { Suspense } from "react";
import { Problem } from "@/api/client";
import { useRecord } from "@/api/hooks";
import type { ObjectMeta } from "@/api/types";
import { useLanguage } from "@/i18n";
import { Bones, EmptyState, ErrorNote } from "@/ui/feedback";
import { useKit } from "../context";
import { titleOf } from "../metadata";
import { RecordHead } from "./RecordHead";
import { Related } from "./Related";
import { Sections } from "./Sections";
import { Timeline } from "./Timeline";
import "./record.css";
import "../form/form.css";

export function RecordPage({ object, id }: { object: ObjectMeta; id: string }) {
  const { t, say } = useLanguage();
  const { meta, slots } = useKit();
  const { data, error, refetch, isPending } = useRecord(object.name, id);
  if (isPending) return <Bones rows={8} />;
  if (error instanceof Problem && error.status === 404) return <EmptyState icon="question" title={t("record.missing")} />;
  if (!data) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  const Aside = slots.recordAside[object.name];
  return (
    <div className="page">
      <title>{`${titleOf(object, data.record)} · ${say(object.label)}`}</title>
      <RecordHead object={object} reply={data} />
      <div className="record-body">
        <div className="record-main">
          {Aside ? (
            <Suspense>
              <Aside object={object} reply={data} />
            </Suspense>
          ) : null}
          <Sections object={object} record={data.record} />
          {(object.related ?? []).map((related) => {
            const other = meta.objects[related.object];
            if (!other) return null;
            return (
              <Related
                key={`${related.object}.${related.link}`}
                object={other}
                link={related.link}
                label={related.label}
                parent={object}
                record={data.record}
              />
            );
          })}
        </div>
        <aside className="record-side card" aria-label={t("record.timeline")}>
          <h2 className="block-title">{t("record.timeline")}</h2>
          <Timeline object={object} id={id} />
        </aside>
      </div>
    </div>
  );
}
