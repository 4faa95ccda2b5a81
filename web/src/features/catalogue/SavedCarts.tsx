/** Lists a company orders again and again: keep the present cart under a name, load one, or remove it. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Modal, Popover } from "antd";
import { useState } from "react";
import { request } from "@/api/client";
import { useDelete, useRows, useSave } from "@/api/hooks";
import type { RecordData, RecordReply } from "@/api/types";
import { useLanguage } from "@/i18n";
import { idOf } from "@/kit/metadata";
import { useErrorText } from "@/ui/errorText";
import { Icon } from "@/ui/Icon";
import type { CartLine } from "./pricing";

export function SavedCarts({ lines, onLoad }: { lines: CartLine[]; onLoad: (lines: CartLine[]) => void }) {
  const { t } = useLanguage();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const client = useQueryClient();
  const carts = useRows("saved_cart", { sort: "-created_at", limit: 50 }).data?.rows ?? [];
  const save = useSave("saved_cart");
  const remove = useDelete("saved_cart");
  const [open, setOpen] = useState(false);
  const [naming, setNaming] = useState<string | null>(null);
  const fault = (error: unknown) => void message.error(errorText(error));

  const load = async (id: string) => {
    try {
      const path = `/saved_cart/${id}`;
      const reply = await client.fetchQuery({
        queryKey: ["record", "saved_cart", id],
        queryFn: () => request<RecordReply>("GET", path),
        staleTime: 0,
      });
      const rows = (reply.record.lines ?? []) as RecordData[];
      onLoad(rows.map((row) => ({ product_id: idOf(row.product_id) ?? "", quantity: String(row.quantity) })));
      setOpen(false);
      void message.success(t("cart.loaded"));
    } catch (error) {
      fault(error);
    }
  };
  const keep = async () => {
    const name = naming?.trim();
    if (!name) return;
    try {
      await save.mutateAsync({ values: { name, lines } });
      setNaming(null);
      void message.success(t("cart.kept"));
    } catch (error) {
      fault(error);
    }
  };
  const list = carts.length ? (
    <ul className="saved">
      {carts.map((cart) => (
        <li key={cart.id}>
          <button type="button" className="plain saved-name" onClick={() => void load(cart.id)}>
            {String(cart.name)}
          </button>
          <Button
            type="text"
            size="small"
            icon={<Icon name="trash" size={14} />}
            aria-label={t("cart.forget", { name: String(cart.name) })}
            onClick={() => remove.mutate({ id: cart.id, version: cart.version }, { onError: fault })}
          />
        </li>
      ))}
    </ul>
  ) : (
    <p className="muted saved-none">{t("cart.noSaved")}</p>
  );
  return (
    <span className="saved-tools">
      <Popover content={list} trigger="click" open={open} onOpenChange={setOpen} placement="bottomRight">
        <Button size="small" icon={<Icon name="bookmark" size={14} />}>
          {t("cart.saved")}
        </Button>
      </Popover>
      <Button size="small" disabled={!lines.length} onClick={() => setNaming("")}>
        {t("cart.keep")}
      </Button>
      <Modal
        open={naming !== null}
        title={t("cart.keep")}
        okText={t("common.save")}
        cancelText={t("common.cancel")}
        okButtonProps={{ loading: save.isPending, disabled: !naming?.trim() }}
        onOk={() => void keep()}
        onCancel={() => setNaming(null)}
      >
        <Input
          autoFocus
          aria-label={t("cart.savedName")}
          placeholder={t("cart.savedName")}
          value={naming ?? ""}
          onChange={(event) => setNaming(event.target.value)}
          onPressEnter={() => void keep()}
        />
      </Modal>
    </span>
  );
}
