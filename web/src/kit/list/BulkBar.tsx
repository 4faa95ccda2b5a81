/** What can be done to several records at once. Each one is its own request, so that one refusal does not stop the others. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { request } from "@/api/client";
import type { ActionMeta, ObjectMeta, RecordData, RecordReply } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useErrorText } from "@/ui/errorText";
import { askedFor, asks, titleOf } from "../metadata";

interface Props {
  object: ObjectMeta;
  rows: RecordData[];
  onClear: () => void;
}

/** Actions that every selected record's state admits and that ask for no input. */
function common(object: ObjectMeta, rows: RecordData[]): ActionMeta[] {
  return (object.actions ?? []).filter(
    (action) =>
      !action.internal &&
      !askedFor(action).length &&
      rows.every((row) => !action.from?.length || action.from.includes(row.state ?? "")),
  );
}

export function BulkBar({ object, rows, onClear }: Props) {
  const { t, say } = useLanguage();
  const errorText = useErrorText();
  const { modal, message } = App.useApp();
  const client = useQueryClient();
  const [busy, setBusy] = useState("");
  const [done, setDone] = useState(0);

  const each = async (key: string, one: (row: RecordData) => Promise<unknown>) => {
    setBusy(key);
    const refused: string[] = [];
    setDone(0);
    for (const row of rows) {
      try {
        await one(row);
      } catch (error) {
        refused.push(`${titleOf(object, row)}: ${errorText(error)}`);
      }
      setDone((count) => count + 1);
    }
    setBusy("");
    void client.invalidateQueries({ queryKey: ["list", object.name] });
    const text = t("list.bulkDone", { done: rows.length - refused.length, failed: refused.length });
    if (refused.length) modal.warning({ title: text, content: refused.map((line) => <p key={line}>{line}</p>) });
    else void message.success(text);
    onClear();
  };

  const act = (action: ActionMeta) => {
    const run = () =>
      each(action.name, (row) =>
        request<RecordReply>("POST", `/${object.name}/${row.id}/${action.name}`, { version: row.version, body: {} }),
      );
    if (!asks(action)) return void run();
    modal.confirm({
      title: say(action.label),
      content: say(action.confirm),
      okText: say(action.label),
      cancelText: t("common.cancel"),
      onOk: () => void run(),
    });
  };

  return (
    <div className="bulk" role="toolbar" aria-label={t("list.selected", { count: rows.length })}>
      <strong>{t("list.selected", { count: rows.length })}</strong>
      {common(object, rows).map((action) => (
        <Button
          key={action.name}
          size="small"
          danger={action.style === "danger"}
          loading={busy === action.name}
          disabled={Boolean(busy)}
          onClick={() => act(action)}
        >
          {say(action.label)}
        </Button>
      ))}
      {busy ? (
        <>
          <progress max={rows.length} value={done} aria-label={t("list.bulkProgress", { done, total: rows.length })} />
          <span className="number">{t("list.bulkProgress", { done, total: rows.length })}</span>
        </>
      ) : null}
      <Button size="small" type="text" disabled={Boolean(busy)} onClick={onClear}>
        {t("list.clearSelection")}
      </Button>
    </div>
  );
}
