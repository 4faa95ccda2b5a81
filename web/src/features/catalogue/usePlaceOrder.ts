/**
 * From cart to order: a draft is written, then submitted. A refused submission leaves the draft; the next attempt writes to the same
 * draft, so that trying again never makes a second order. An answer may be lost after the server acted, and the page may be loaded
 * anew: a submission without an answer is remembered on this device with what it ordered, and each attempt first looks what has
 * become of its draft. Only the same cart is taken for placed; another one becomes another order. The price on the screen goes along,
 * so that nobody pays more than was shown.
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
  /** Picked up at this store; empty: sent. */
  pickup_site_id: string;
}

interface Draft {
  id: string;
  number: string;
  /** Submitted, and no answer heard yet. */
  submitted: boolean;
  /** What it orders, and where to: tells the same cart from another. */
  cart: string;
}

/** These say what the order is, not what the submission came to: an earlier one may have taken effect. */
const UNCLEAR = [403, 409];

const PRICE_CHANGED = "order.price_changed";

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

/** Did a refused submission leave a draft? Where its answer is unclear the order itself tells; unheard, it may have been submitted. */
async function isStillDraft(refusal: Problem, id: string): Promise<boolean> {
  if (!UNCLEAR.includes(refusal.status)) return true;
  try {
    return (await look(id))?.state === "draft";
  } catch {
    return false;
  }
}

/** Lines, address, coupon and pick-up as text. The comment does not make it another order. */
const textOf = (lines: CartLine[], address: Address, { coupon_code, pickup_site_id }: Extra) =>
  JSON.stringify([
    lines.map((line) => [line.product_id, line.quantity]),
    Object.entries(address).sort(),
    coupon_code,
    pickup_site_id,
  ]);

/** `reprice` asks for the price anew when it rose; until it is answered nothing is placed. */
export function usePlaceOrder(onPlaced: (order: RecordData) => void, reprice: () => Promise<unknown>) {
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

  const attempt = async (values: Record<string, unknown>, cart: string, shown: string): Promise<RecordData> => {
    const known = draft ? await look(draft.id) : undefined;
    const hasLeft = known && known.state !== "draft" && known.state !== "cancelled";
    if (hasLeft && draft?.submitted && draft.cart === cart) return known;
    // Somebody took the draft up or removed it meanwhile, or it was another cart: this one becomes another order.
    const target = known?.state === "draft" ? { id: known.id, version: known.version } : {};
    const { record } = await save.mutateAsync({ ...target, values });
    const kept = { id: record.id, number: String(record.number), cart };
    keep({ ...kept, submitted: true });
    try {
      const submission = { id: record.id, version: record.version, action: "submit", values: { shown_amount: shown } };
      return (await act.mutateAsync(submission)).record;
    } catch (error) {
      if (error instanceof Problem && error.status < 500 && (await isStillDraft(error, record.id))) {
        keep({ ...kept, submitted: false });
      }
      throw error;
    }
  };

  const place = async (lines: CartLine[], address: Address, extra: Extra, shown: string) => {
    setRefused(null);
    setPlacing(true);
    const filled = Object.entries({ ...address, ...extra }).map(([name, value]) => [name, value || null]);
    try {
      const cart = textOf(lines, address, extra);
      const order = await attempt({ ...Object.fromEntries(filled), lines }, cart, shown);
      keep(undefined);
      onPlaced(order);
    } catch (error) {
      if (!(error instanceof Problem)) return setRefused({ messages: [t("error.unreachable")], fields: {} });
      const { "": general = [], ...fields } = error.fields;
      setRefused({ messages: general.length ? general : [error.message], fields });
      if (error.code === PRICE_CHANGED) await reprice();
    } finally {
      setPlacing(false);
    }
  };
  return { place, placing, draft, refused };
}
