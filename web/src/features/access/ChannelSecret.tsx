/** On a sales channel's page: makes the secret messages are signed with, which is shown this once. */
import { App, Button } from "antd";
import { useLanguage } from "@/i18n";
import type { RecordAsideProps } from "@/kit/context";
import { Icon } from "@/ui/Icon";
import { useSecret } from "./useSecret";

export default function ChannelSecret({ reply }: RecordAsideProps) {
  const { t } = useLanguage();
  const { modal } = App.useApp();
  const issued = useSecret<{ secret: string }>("channel.issue_secret", ({ secret }) => ({
    title: t("access.signingSecret"),
    text: t("access.secretText"),
    secret,
  }));
  if (!reply.actions.includes("update")) return null;
  const ask = () =>
    modal.confirm({
      title: t("access.issueSigning"),
      content: t("access.issueSigningText"),
      okText: t("access.issueSigning"),
      cancelText: t("common.cancel"),
      onOk: () => issued.ask({ channel: reply.record.id }),
    });
  return (
    <>
      <Button icon={<Icon name="key" />} loading={issued.asking} onClick={ask}>
        {t("access.issueSigning")}
      </Button>
      {issued.dialog}
    </>
  );
}
