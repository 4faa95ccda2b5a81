/** What waits for the person: unread notices and open to-dos. */
import { App } from "antd";
import { useEffect, useRef } from "react";
import { useRows } from "@/api/hooks";
import { useLanguage } from "@/i18n";
import { useKit } from "@/kit/context";
import { titleIn } from "./InboxLists";

const SHOWN = 20;

export function useNotices() {
  const { meta } = useKit();
  return useRows(
    "notice",
    { filter: "read_at == null", sort: "-created_at", limit: SHOWN, count: true },
    Boolean(meta.objects.notice),
  );
}

export function useTasks() {
  const { meta } = useKit();
  return useRows(
    "task",
    { filter: "state == 'open'", sort: "-created_at", limit: SHOWN, count: true },
    Boolean(meta.objects.task),
  );
}

export function useUnread(): number {
  const notices = useNotices().data;
  const tasks = useTasks().data;
  return (notices?.total ?? notices?.rows.length ?? 0) + (tasks?.total ?? tasks?.rows.length ?? 0);
}

/** Tells of a notice that comes while the person works; those that were there before wait in the inbox. */
export function useLiveNotice(onOpen: () => void) {
  const { notification } = App.useApp();
  const { t, locale } = useLanguage();
  const { data } = useNotices();
  const latest = useRef<string>(undefined);
  useEffect(() => {
    if (!data) return;
    const newest = data.rows[0];
    const at = String(newest?.created_at ?? "");
    const before = latest.current;
    if (before === undefined || at > before) latest.current = at;
    if (!newest || before === undefined || at <= before) return;
    const title = titleIn(newest, locale);
    notification.info({ key: newest.id, title, description: t("inbox.notices"), placement: "bottomRight", onClick: onOpen });
  }, [data, notification, t, locale, onOpen]);
}
