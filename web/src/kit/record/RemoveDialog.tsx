/** Deleting needs the record's name typed. */
import { useNavigate } from "@tanstack/react-router";
import { Alert, App, Input, Modal } from "antd";
import { useId, useState } from "react";
import { useDelete } from "@/api/hooks";
import type { ObjectMeta, RecordData } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useErrorText } from "@/ui/errorText";
import { titleOf } from "../metadata";

export function RemoveDialog({ object, record, onClose }: { object: ObjectMeta; record: RecordData; onClose: () => void }) {
  const { t } = useLanguage();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const remove = useDelete(object.name);
  const id = useId();
  const [text, setText] = useState("");
  const [refusal, setRefusal] = useState("");
  const title = titleOf(object, record);
  const run = async () => {
    try {
      await remove.mutateAsync({ id: record.id, version: record.version });
      void message.success(t("record.deleted"));
      void navigate({ to: "/o/$object", params: { object: object.name } });
    } catch (error) {
      setRefusal(errorText(error));
    }
  };
  return (
    <Modal
      open
      title={t("record.deleteAsk", { title })}
      okText={t("common.delete")}
      cancelText={t("common.cancel")}
      okButtonProps={{ danger: true, disabled: text.trim() !== title, loading: remove.isPending }}
      onOk={() => void run()}
      onCancel={onClose}
    >
      <div className="action-form">
        {refusal ? <Alert type="error" showIcon title={refusal} /> : null}
        <label htmlFor={id}>
          {t("record.deleteText")}
          <Input id={id} placeholder={title} value={text} onChange={(event) => setText(event.target.value)} autoFocus />
        </label>
      </div>
    </Modal>
  );
}
