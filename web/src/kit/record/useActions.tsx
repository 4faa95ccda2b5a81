/** Runs a record's actions from any screen: asks when something must be asked, tells the outcome, offers the latest after a conflict. */
import { useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { type ReactNode, useState } from "react";
import { Problem } from "@/api/client";
import { useAct } from "@/api/hooks";
import type { ActionMeta, ObjectMeta, RecordData, RecordReply } from "@/api/types";
import { useLanguage } from "@/i18n";
import { ActionDialog, asks } from "./ActionDialog";

export function useActions(object: ObjectMeta, onDone?: (reply: RecordReply) => void) {
  const { t, say } = useLanguage();
  const { message, modal } = App.useApp();
  const client = useQueryClient();
  const act = useAct(object.name);
  const [asking, setAsking] = useState<{ action: ActionMeta; record: RecordData } | null>(null);

  const moved = (id: string) => {
    setAsking(null);
    void client.invalidateQueries({ queryKey: ["record", object.name, id] });
    void client.invalidateQueries({ queryKey: ["timeline", object.name, id] });
    modal.warning({ title: t("record.moved"), okText: t("record.movedReload") });
  };

  const done = (action: ActionMeta, reply: RecordReply) => {
    setAsking(null);
    void message.success(t("record.done", { label: say(action.label) }));
    onDone?.(reply);
  };

  const run = async (action: ActionMeta, record: RecordData) => {
    if (asks(action)) return setAsking({ action, record });
    try {
      done(action, await act.mutateAsync({ id: record.id, version: record.version, action: action.name }));
    } catch (error) {
      if (error instanceof Problem && error.code === "record.moved") return moved(record.id);
      // A refusal may need a field the action does not list: say so in full, it is not a passing message.
      const problem = error instanceof Problem ? error : undefined;
      modal.error({
        title: say(action.label),
        content: problem ? Object.values(problem.fields).flat().join(" ") || problem.message : t("error.unreachable"),
        ...(problem?.requestId && problem.status >= 500 ? { footer: t("error.request", { id: problem.requestId }) } : {}),
      });
    }
  };

  const dialog: ReactNode = asking ? (
    <ActionDialog
      object={object}
      record={asking.record}
      action={asking.action}
      onDone={(reply) => done(asking.action, reply)}
      onClose={() => setAsking(null)}
      onMoved={() => moved(asking.record.id)}
    />
  ) : null;
  return { run, running: act.isPending ? act.variables?.action : undefined, dialog };
}
