/** Somebody else saved first: shows what they changed, and takes their version as the new base on request. */
import { Modal } from "antd";
import { useRecord, useTimeline } from "@/api/hooks";
import type { ObjectMeta, RecordData } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useKit } from "../context";
import { plainText } from "../FieldText";
import { fieldsOf } from "../metadata";
import { movedRows } from "./values";

interface Props {
  object: ObjectMeta;
  before: RecordData | undefined;
  latest: RecordData;
  onReload: (latest: RecordData) => void;
  onClose: () => void;
}

/** Names of fields that differ between two versions, bookkeeping left out. */
export function movedFields(object: ObjectMeta, before: RecordData | undefined, latest: RecordData): string[] {
  const skip = new Set(["updated_at", "updated_by"]);
  return [...fieldsOf(object).keys()].filter(
    (name) => !skip.has(name) && JSON.stringify(before?.[name] ?? null) !== JSON.stringify(latest[name] ?? null),
  );
}

export function MovedDialog({ object, before, latest, onReload, onClose }: Props) {
  const language = useLanguage();
  const { t, say } = language;
  const { session, meta } = useKit();
  const timeline = useTimeline(object.name, latest.id);
  const fresh = useRecord(object.name, latest.id, false);
  const last = timeline.data?.entries[0];
  return (
    <Modal
      open
      title={t("record.moved")}
      okText={t("record.movedReload")}
      cancelText={t("record.movedKeep")}
      onCancel={onClose}
      onOk={async () => {
        const reply = await fresh.refetch();
        onReload(reply.data?.record ?? latest);
      }}
    >
      <p>{t("record.movedText")}</p>
      {last ? <p className="muted">{`${last.actor?.name ?? t("record.system")} · ${say(last.label)}`}</p> : null}
      <ul className="moved-list">
        {movedFields(object, before, latest).map((name) => {
          const field = fieldsOf(object).get(name);
          const text = (record: RecordData | undefined) =>
            plainText(field, record?.[name], language, session.site) || t("common.none");
          return <li key={name}>{t("record.changed", { label: say(field?.label), from: text(before), to: text(latest) })}</li>;
        })}
        {(object.children ?? []).map(({ object: name, list }) => {
          const child = meta.objects[name];
          const rows = child ? movedRows(child, before?.[list], latest[list]) : undefined;
          if (!rows || !(rows.added || rows.changed || rows.removed)) return null;
          return <li key={list}>{t("record.changedRows", { label: say(child?.label), ...rows })}</li>;
        })}
      </ul>
    </Modal>
  );
}
