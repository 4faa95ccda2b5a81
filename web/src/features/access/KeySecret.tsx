/** On an API key's page: makes its secret, which is shown this once. */
import { App, Button } from "antd";
import { useLanguage } from "@/i18n";
import type { RecordAsideProps } from "@/kit/context";
import { Icon } from "@/ui/Icon";
import { useSecret } from "./useSecret";

export default function KeySecret({ reply }: RecordAsideProps) {
  const { t } = useLanguage();
  const { modal } = App.useApp();
  const issued = useSecret<{ secret: string }>("api_key.issue", ({ secret }) => ({
    title: t("access.secret"),
    text: t("access.secretText"),
    secret,
  }));
  if (!reply.actions.includes("update")) return null;
  const ask = () =>
    modal.confirm({
      title: t("access.issue"),
      content: t("access.issueText"),
      okText: t("access.issue"),
      cancelText: t("common.cancel"),
      onOk: () => issued.ask({ key: reply.record.id }),
    });
  return (
    <>
      <Button type="primary" icon={<Icon name="key" />} loading={issued.asking} onClick={ask}>
        {t("access.issue")}
      </Button>
      {issued.dialog}
    </>
  );
}
