/** On a partner's page: a new user of that partner, and at once the link to sign in with. */
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { useLanguage } from "@/i18n";
import { KitProvider, type RecordAsideProps, useKit } from "@/kit/context";
import { titleOf, withRoles } from "@/kit/metadata";
import { Icon } from "@/ui/Icon";
import { useInvitation } from "./useSecret";

const FormDrawer = lazy(() => import("@/kit/form/FormDrawer"));

export default function InvitePartnerUser({ object, reply: { record } }: RecordAsideProps) {
  const { t } = useLanguage();
  const kit = useKit();
  const { user } = kit.meta.objects;
  const invitation = useInvitation();
  const [creating, setCreating] = useState(false);
  if (!user?.can?.create) return null;
  // The list of roles starts with a line to fill: who has no role may do nothing.
  const prefill = { organisation_id: { id: record.id, title: titleOf(object, record) }, roles: [{ rowKey: "first" }] };
  return (
    <>
      <Button icon={<Icon name="user" />} loading={invitation.asking} onClick={() => setCreating(true)}>
        {t("access.invitePartner")}
      </Button>
      {creating ? (
        <KitProvider value={{ ...kit, meta: withRoles(kit.meta, "portal") }}>
          <Suspense>
            <FormDrawer
              object={user}
              prefill={prefill}
              onClose={() => setCreating(false)}
              onSaved={({ id }) => {
                setCreating(false);
                void invitation.ask({ user: id });
              }}
            />
          </Suspense>
        </KitProvider>
      ) : null}
      {invitation.dialog}
    </>
  );
}
