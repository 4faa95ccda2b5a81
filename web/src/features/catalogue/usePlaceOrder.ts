/**
 * From cart to order: a draft is written, then submitted. A refused submission leaves the draft; the next attempt writes to the same
 * draft, so that trying again never makes a second order.
 */
import { useState } from "react";
import { Problem } from "@/api/client";
import { useAct, useSave } from "@/api/hooks";
import type { RecordData } from "@/api/types";
import { useLanguage } from "@/i18n";
import type { CartLine } from "./pricing";
import type { Address } from "./ShipTo";

export interface Refused {
  messages: string[];
  fields: Record<string, string[]>;
}

/** What may be said besides; empty text is nothing. */
export interface Extra {
  comment: string;
  coupon_code: string;
}

export function usePlaceOrder(onPlaced: (order: RecordData) => void) {
  const { t } = useLanguage();
  const save = useSave("sales_order");
  const act = useAct("sales_order");
  const [draft, setDraft] = useState<RecordData | null>(null);
  const [refused, setRefused] = useState<Refused | null>(null);

  const place = async (lines: CartLine[], address: Address, extra: Extra) => {
    setRefused(null);
    const filled = Object.entries({ ...address, ...extra }).map(([name, value]) => [name, value || null]);
    const values = { ...Object.fromEntries(filled), lines };
    try {
      const target = draft ? { id: draft.id, version: draft.version } : {};
      const { record } = await save.mutateAsync({ ...target, values });
      setDraft(record);
      const reply = await act.mutateAsync({ id: record.id, version: record.version, action: "submit" });
      onPlaced(reply.record);
    } catch (error) {
      if (!(error instanceof Problem)) return setRefused({ messages: [t("error.unreachable")], fields: {} });
      // Somebody took up or removed the draft meanwhile: the next attempt starts a new one.
      if (error.code === "record.moved" || error.status === 404) setDraft(null);
      const { "": general = [], ...fields } = error.fields;
      setRefused({ messages: general.length ? general : [error.message], fields });
    }
  };
  return { place, placing: save.isPending || act.isPending, draft, refused };
}
