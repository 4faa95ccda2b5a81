/** What waits for the person: unread notices and open to-dos. */
import { useRows } from "@/api/hooks";
import { useKit } from "@/kit/context";

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
