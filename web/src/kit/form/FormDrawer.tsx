/** A short way to create a record without leaving the present screen. */
import { App, Button, Drawer } from "antd";
import type { ObjectMeta, RecordData } from "@/api/types";
import { useLanguage } from "@/i18n";
import { inside } from "@/i18n/names";
import { usePhone } from "@/ui/preferences";
import { RecordForm } from "./RecordForm";
import { useRecordForm } from "./useRecordForm";
import type { Values } from "./values";

interface Props {
  object: ObjectMeta;
  prefill: Values;
  onSaved: (record: RecordData) => void;
  onClose: () => void;
}

export default function FormDrawer({ object, prefill, onSaved, onClose }: Props) {
  const { t, say } = useLanguage();
  const phone = usePhone();
  const form = useRecordForm({ object, record: undefined, prefill, keepDraft: false });
  const { modal } = App.useApp();
  const close = () => {
    if (!form.dirty) return onClose();
    modal.confirm({
      title: t("form.leaveTitle"),
      content: t("form.leaveLost"),
      okText: t("form.leave"),
      cancelText: t("form.stay"),
      onOk: onClose,
    });
  };
  const save = async () => {
    const record = await form.submit();
    if (record && record !== "moved") onSaved(record);
  };
  return (
    <Drawer
      open
      size={phone ? "100%" : 640}
      title={t("form.new", { label: say(inside(object.label)) })}
      onClose={close}
      extra={
        <Button type="primary" loading={form.saving} onClick={() => void save()}>
          {t("common.save")}
        </Button>
      }
    >
      <RecordForm object={object} form={form} rights={undefined} />
    </Drawer>
  );
}
