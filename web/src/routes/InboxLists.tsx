/** Rows of the inbox, also used by the workbench. */
import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { request } from "@/api/client";
import { settle } from "@/api/hooks";
import type { RecordData, RecordReply } from "@/api/types";
import { useLanguage } from "@/i18n";
import { formatAgo } from "@/i18n/format";
import { useKit } from "@/kit/context";
import { titleOf } from "@/kit/metadata";
import { Icon } from "@/ui/Icon";

interface Props {
  rows: RecordData[];
  onOpen: (row: RecordData) => void;
}

const target = (row: RecordData) => Boolean(row.object_name && row.record_id);
/** Notices and to-dos carry their text in both languages. */
export function titleIn(row: RecordData, locale: string): string {
  return words(locale === "en" ? row.title_en : row.title_zh) || titleOf(undefined, row);
}

const words = (value: unknown) => (typeof value === "string" ? value : "");

function When({ row }: { row: RecordData }) {
  const { locale } = useLanguage();
  const { session } = useKit();
  const at = words(row.created_at);
  if (!at) return null;
  return (
    <time className="muted" dateTime={at}>
      {formatAgo(at, locale, session.site.time_zone, Date.now())}
    </time>
  );
}

function Line({
  row,
  icon,
  onOpen,
  detail,
}: {
  row: RecordData;
  icon: string;
  onOpen: (row: RecordData) => void;
  detail: string;
}) {
  const { meta } = useKit();
  const { say, locale } = useLanguage();
  const object = meta.objects[words(row.object_name)];
  return (
    <button type="button" className="plain inbox-line" disabled={!target(row)} onClick={() => onOpen(row)}>
      <span className="inbox-icon">
        <Icon name={object?.icon ?? icon} />
      </span>
      <span className="inbox-text">
        <strong>{titleIn(row, locale)}</strong>
        {detail ? <span className="muted">{detail}</span> : null}
        <span className="muted inbox-meta">
          {say(object?.label)} <When row={row} />
        </span>
      </span>
    </button>
  );
}

export function TaskList({ rows, onOpen }: Props) {
  return (
    <ul className="inbox">
      {rows.map((row) => (
        <li key={row.id}>
          <Line row={row} icon="task" onOpen={onOpen} detail={words(row.detail)} />
        </li>
      ))}
    </ul>
  );
}

/** Marks one notice as read; what shows it has to be settled afterwards. */
export function useMarkRead() {
  const { meta } = useKit();
  const action = meta.objects.notice?.actions?.find((one) => one.name === "read" || one.name === "mark_read");
  return (row: RecordData) =>
    action
      ? request<RecordReply>("POST", `/notice/${row.id}/${action.name}`, { version: row.version, body: {} })
      : request<RecordReply>("PATCH", `/notice/${row.id}`, {
          version: row.version,
          body: { read_at: new Date().toISOString() },
        });
}

export function NoticeList({ rows, onOpen }: Props) {
  const { t } = useLanguage();
  const client = useQueryClient();
  const mark = useMarkRead();
  const read = async (row: RecordData) => settle(client, "notice", await mark(row));
  return (
    <ul className="inbox">
      {rows.map((row) => (
        <li key={row.id}>
          <Line
            row={row}
            icon="bell"
            detail={words(row.body) || words(row.text)}
            onOpen={(opened) => {
              void read(opened).catch(() => undefined);
              onOpen(opened);
            }}
          />
          <Button
            size="small"
            type="text"
            icon={<Icon name="check" />}
            aria-label={t("inbox.read")}
            title={t("inbox.read")}
            onClick={() => void read(row).catch(() => undefined)}
          />
        </li>
      ))}
    </ul>
  );
}
