/** To-dos and unread notices, live. Reading one is an action of the notice or a plain change of `read_at`, as the server offers. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Badge, Button, Drawer, Tabs } from "antd";
import { useState } from "react";
import { queryText, request } from "@/api/client";
import { settle } from "@/api/hooks";
import type { ListReply, RecordData } from "@/api/types";
import { useLanguage } from "@/i18n";
import { EmptyState } from "@/ui/feedback";
import { usePhone } from "@/ui/preferences";
import { NoticeList, TaskList, useMarkRead } from "./InboxLists";
import { useNotices, useTasks } from "./unread";

const AT_ONCE = 200;

/** Marks every unread notice, one after the other; how far it is shows as “3 / 27”. */
function useReadAll() {
  const client = useQueryClient();
  const mark = useMarkRead();
  const [progress, setProgress] = useState("");
  const run = async () => {
    const { rows } = await request<ListReply>("GET", `/notice${queryText({ filter: "read_at == null", limit: AT_ONCE })}`);
    for (const [index, row] of rows.entries()) {
      setProgress(`${index + 1} / ${rows.length}`);
      await mark(row).catch(() => undefined);
    }
    setProgress("");
    settle(client, "notice", undefined);
  };
  return { run, progress };
}

export default function Inbox({ onClose }: { onClose: () => void }) {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const phone = usePhone();
  const notices = useNotices().data;
  const tasks = useTasks().data;
  const readAll = useReadAll();
  const [tab, setTab] = useState(tasks?.rows.length ? "tasks" : "notices");
  const open = (row: RecordData) => {
    onClose();
    void navigate({ to: "/o/$object/$id", params: { object: String(row.object_name), id: String(row.record_id) } });
  };
  const label = (text: string, count: number | null | undefined) => (
    <span>
      {text} <Badge count={count ?? 0} size="small" />
    </span>
  );
  const items = [
    {
      key: "tasks",
      label: label(t("inbox.tasks"), tasks?.total ?? tasks?.rows.length),
      children: tasks?.rows.length ? (
        <TaskList rows={tasks.rows} onOpen={open} />
      ) : (
        <EmptyState icon="task" title={t("inbox.tasks")} text={t("inbox.noTasks")} />
      ),
    },
    {
      key: "notices",
      label: label(t("inbox.notices"), notices?.total ?? notices?.rows.length),
      children: notices?.rows.length ? (
        <>
          <Button size="small" loading={Boolean(readAll.progress)} onClick={() => void readAll.run()}>
            {t("inbox.readAll")} {readAll.progress}
          </Button>
          <NoticeList rows={notices.rows} onOpen={open} />
        </>
      ) : (
        <EmptyState icon="bell" title={t("inbox.notices")} text={t("inbox.noNotices")} />
      ),
    },
  ];
  return (
    <Drawer
      open
      size={phone ? "100%" : 440}
      title={t("shell.inbox")}
      onClose={onClose}
      extra={phone ? <Button onClick={onClose}>{t("common.close")}</Button> : null}
    >
      <Tabs activeKey={tab} onChange={setTab} items={items} />
    </Drawer>
  );
}
