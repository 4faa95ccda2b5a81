/** On a user's page: a one-time sign-in link to hand over. */
import { Button } from "antd";
import { useLanguage } from "@/i18n";
import type { RecordAsideProps } from "@/kit/context";
import { Icon } from "@/ui/Icon";
import { useInvitation } from "./useSecret";

export default function InviteUser({ reply }: RecordAsideProps) {
  const { t } = useLanguage();
  const invitation = useInvitation();
  if (!reply.actions.includes("update") || reply.record.active === false) return null;
  return (
    <>
      <Button
        icon={<Icon name="link" />}
        loading={invitation.asking}
        onClick={() => void invitation.ask({ user: reply.record.id })}
      >
        {t("access.invite")}
      </Button>
      {invitation.dialog}
    </>
  );
}
