/** Takes an order's products and ship-to over into a new draft, and opens it. */
import { useNavigate } from "@tanstack/react-router";
import { App, Button } from "antd";
import { useCallWrite } from "@/api/hooks";
import { useLanguage } from "@/i18n";
import { useErrorText } from "@/ui/errorText";
import { Icon } from "@/ui/Icon";

export function Reorder({ id }: { id: string }) {
  const { t } = useLanguage();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const reorder = useCallWrite<{ id: string }>("order.reorder");
  const run = async () => {
    try {
      const made = await reorder.mutateAsync({ sales_order_id: id });
      void message.success(t("order.reordered"));
      void navigate({ to: "/o/$object/$id", params: { object: "sales_order", id: made.id } });
    } catch (error) {
      void message.error(errorText(error));
    }
  };
  return (
    <Button icon={<Icon name="refresh" />} loading={reorder.isPending} onClick={() => void run()}>
      {t("order.reorder")}
    </Button>
  );
}
