/** A secret the server tells this once: to copy now, or never. Only the button closes it. */
import { App, Button, Input, Modal, Space } from "antd";
import { useLanguage } from "@/i18n";
import { copyText } from "@/ui/copy";
import { Icon } from "@/ui/Icon";
import "@/kit/record/record.css";

interface Props {
  title: string;
  text: string;
  secret: string;
  onClose: () => void;
}

export function SecretDialog({ title, text, secret, onClose }: Props) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const copy = async () => {
    if (await copyText(secret)) void message.success(t("common.copied"));
    else void message.warning(t("common.copyByHand"));
  };
  return (
    <Modal
      open
      title={title}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      footer={<Button onClick={onClose}>{t("access.kept")}</Button>}
    >
      <div className="action-form">
        <p>{text}</p>
        <Space.Compact block>
          <Input readOnly aria-label={title} value={secret} onFocus={(event) => event.target.select()} />
          <Button type="primary" icon={<Icon name="link" />} onClick={() => void copy()}>
            {t("common.copy")}
          </Button>
        </Space.Compact>
      </div>
    </Modal>
  );
}
