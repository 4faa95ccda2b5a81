/** Runs a record's actions from any screen: asks when something must be asked, tells the outcome, offers the latest after a conflict. */
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { App, Button } from "antd";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { Problem } from "@/api/client";
import { useAct } from "@/api/hooks";
import type { ActionMeta, ObjectMeta, RecordData, RecordReply } from "@/api/types";
import { useLanguage } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { actionsBetween, asks, fieldsOf } from "../metadata";

const ActionDialog = lazy(() => import("./ActionDialog"));

const UNDO_SECONDS = 8;

/** The action that leads back to where the record was, when the person may do it now and nothing has to be said. */
function wayBack(object: ObjectMeta, before: RecordData, reply: RecordReply): ActionMeta | undefined {
  const { state } = reply.record;
  if (!before.state || !state || state === before.state) return undefined;
  return actionsBetween(object, state, before.state).find(
    (action) => reply.actions.includes(action.name) && !action.confirm && !action.require?.length,
  );
}

export function useActions(object: ObjectMeta, onDone?: (reply: RecordReply) => void) {
  const { t, say } = useLanguage();
  const { message, modal } = App.useApp();
  const client = useQueryClient();
  const navigate = useNavigate();
  const act = useAct(object.name);
  const [asking, setAsking] = useState<{ action: ActionMeta; record: RecordData } | null>(null);

  const moved = (id: string) => {
    setAsking(null);
    void client.invalidateQueries({ queryKey: ["record", object.name, id] });
    void client.invalidateQueries({ queryKey: ["timeline", object.name, id] });
    modal.warning({ title: t("record.moved"), okText: t("record.movedReload") });
  };

  const done = (action: ActionMeta, before: RecordData, reply: RecordReply) => {
    setAsking(null);
    const back = wayBack(object, before, reply);
    const text = t("record.done", { label: say(action.label) });
    void message.success({
      key: reply.record.id,
      duration: back ? UNDO_SECONDS : undefined,
      content: back ? (
        <>
          {text}{" "}
          <Button size="small" type="link" onClick={() => void send(back, reply.record)}>
            {t("record.undo")}
          </Button>
        </>
      ) : (
        text
      ),
    });
    onDone?.(reply);
  };

  /** What stands in the way, field by field in words; what the person may mend is one click away. */
  const refuse = (action: ActionMeta, record: RecordData, problem: Problem | undefined) => {
    const fields = fieldsOf(object);
    const lines = Object.entries(problem?.fields ?? { "": [t("error.unreachable")] }).map(([name, details]) => {
      const label = say(fields.get(name.split(".")[0] ?? "")?.label);
      return { name, text: [label, details.join(" ")].filter(Boolean).join(t("common.colon")) };
    });
    const mendable = lines.some(({ name }) => name && fields.get(name)?.read_only === false);
    const ids =
      problem && problem.status >= 500 && problem.requestId
        ? [{ name: "id", text: t("error.request", { id: problem.requestId }) }]
        : [];
    modal.confirm({
      title: say(action.label),
      icon: <Icon name="warning" size={20} />,
      className: "refusal",
      content: [...lines, ...ids].map(({ name, text }) => <p key={name}>{text}</p>),
      okText: mendable ? t("common.edit") : t("common.close"),
      cancelText: t("common.close"),
      cancelButtonProps: mendable ? {} : { style: { display: "none" } },
      onOk: () => {
        if (mendable) void navigate({ to: "/o/$object/$id/edit", params: { object: object.name, id: record.id } });
      },
    });
  };

  const send = async (action: ActionMeta, record: RecordData) => {
    try {
      done(action, record, await act.mutateAsync({ id: record.id, version: record.version, action: action.name }));
    } catch (error) {
      if (error instanceof Problem && error.code === "record.moved") return moved(record.id);
      refuse(action, record, error instanceof Problem ? error : undefined);
    }
  };

  const run = async (action: ActionMeta, record: RecordData) =>
    asks(action) ? setAsking({ action, record }) : await send(action, record);

  const dialog: ReactNode = asking ? (
    <Suspense>
      <ActionDialog
        object={object}
        record={asking.record}
        action={asking.action}
        onDone={(reply) => done(asking.action, asking.record, reply)}
        onClose={() => setAsking(null)}
        onMoved={() => moved(asking.record.id)}
      />
    </Suspense>
  ) : null;
  return { run, running: act.isPending ? act.variables?.action : undefined, dialog };
}
