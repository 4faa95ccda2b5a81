/**
 * From cart to order: a draft is written, then submitted. A refused submission leaves the draft; the next attempt writes to the same
 * draft, so that trying again never makes a second order. An answer may be lost after the server acted, and the page may be loaded
 * anew: a submission without an answer is remembered on this device, and each attempt first looks what has become of its draft.
 */
import { useState } from "react";
import { Problem, request } from "@/api/client";
import { useAct, useSave } from "@/api/hooks";
import type { RecordData, RecordReply } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useKit } from "@/kit/context";
import { readStored, writeStored } from "@/kit/stored";
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

interface Draft {
  id: string;
  number: string;
  /** Submitted, and no answer heard yet. */
  submitted: boolean;
}

/** These say what the order is, not what the submission came to: an earlier one may have taken effect. */
const UNCLEAR = [403, 409];

const absent = (error: unknown) => error instanceof Problem && error.status === 404;

/** The order as it is now; undefined: it was removed. */
async function look(id: string): Promise<RecordData | undefined> {
  try {
    return (await request<RecordReply>("GET", `/sales_order/${id}`)).record;
  } catch (error) {
    if (absent(error)) return undefined;
    throw error;
  }
}

export function usePlaceOrder(onPlaced: (order: RecordData) => void) {
  const { t } = useLanguage();
  const { session } = useKit();
  const save = useSave("sales_order");
  const act = useAct("sales_order");
  const key = `qudao.cart.submitted.${session.user.id}`;
  const [draft, setDraft] = useState(() => readStored<Draft>(key));
  const [refused, setRefused] = useState<Refused | null>(null);
  const [placing, setPlacing] = useState(false);

  const keep = (next: Draft | undefined) => {
    setDraft(next);
    writeStored(key, next?.submitted ? next : undefined);
  };

  const attempt = async (values: Record<string, unknown>): Promise<RecordData> => {
    const known = draft ? await look(draft.id) : undefined;
    if (known && draft?.submitted && known.state !== "draft" && known.state !== "cancelled") return known;
    // Somebody took the draft up or removed it meanwhile: this cart becomes another order.
    const target = known?.state === "draft" ? { id: known.id, version: known.version } : {};
    const { record } = await save.mutateAsync({ ...target, values });
    const kept = { id: record.id, number: String(record.number) };
    keep({ ...kept, submitted: true });
    try {
      return (await act.mutateAsync({ id: record.id, version: record.version, action: "submit" })).record;
    } catch (error) {
      if (error instanceof Problem && error.status < 500 && !UNCLEAR.includes(error.status)) keep({ ...kept, submitted: false });
      throw error;
    }
  };

  const place = async (lines: CartLine[], address: Address, extra: Extra) => {
    setRefused(null);
    setPlacing(true);
    const filled = Object.entries({ ...address, ...extra }).map(([name, value]) => [name, value || null]);
    try {
      const order = await attempt({ ...Object.fromEntries(filled), lines });
      keep(undefined);
      onPlaced(order);
    } catch (error) {
      if (!(error instanceof Problem)) return setRefused({ messages: [t("error.unreachable")], fields: {} });
      const { "": general = [], ...fields } = error.fields;
      setRefused({ messages: general.length ? general : [error.message], fields });
    } finally {
      setPlacing(false);
    }
  };
  return { place, placing, draft, refused };
}
