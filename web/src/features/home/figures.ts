/** The few numbers and records each kind of work looks at first. Only what the person may read is ever asked for. */
import type { Meta } from "@/api/types";
import type { TextKey } from "@/i18n";

export interface Figure {
  key: TextKey;
  object: string;
  /** Counts the records when no measure is given. */
  measure?: string;
  filter?: string;
}

/** In order of interest; the first four that the person may see are shown. */
const FIGURES: Record<string, Figure[]> = {
  partner: [
    { key: "home.figure.open", object: "sales_order", measure: "placed_count", filter: "public_state == 'pending_shipment'" },
    { key: "home.figure.bought", object: "sales_order", measure: "sales_amount" },
    { key: "home.figure.protected", object: "deal_registration", measure: "registration_count", filter: "state == 'approved'" },
    { key: "home.figure.owed", object: "receivable", measure: "open_amount" },
    { key: "home.figure.commission", object: "commission_entry", measure: "commission_amount" },
  ],
  channel_manager: [
    { key: "home.figure.toReview", object: "deal_registration", measure: "registration_count", filter: "state == 'submitted'" },
    { key: "home.figure.toApprove", object: "sales_order", measure: "placed_count", filter: "state == 'pending_approval'" },
    { key: "home.figure.pipeline", object: "opportunity", measure: "pipeline_amount" },
    {
      key: "home.figure.conflicts",
      object: "deal_registration",
      measure: "registration_count",
      filter: "state == 'submitted' and hint == 'review'",
    },
  ],
  finance_clerk: [
    { key: "home.figure.openReceivable", object: "receivable", measure: "open_amount" },
    { key: "home.figure.overdue", object: "receivable", measure: "open_amount", filter: "due_on < today" },
    { key: "home.figure.received", object: "receipt", measure: "receipt_amount" },
    { key: "home.figure.hold", object: "sales_order", measure: "placed_count", filter: "state == 'credit_hold'" },
  ],
  warehouse: [
    { key: "home.figure.toShip", object: "delivery_note", filter: "state in ['ready', 'offered', 'to_collect']" },
    { key: "home.figure.onHand", object: "stock_level", measure: "on_hand_quantity" },
    { key: "home.figure.reserved", object: "stock_level", measure: "reserved_quantity" },
    { key: "home.figure.available", object: "stock_level", measure: "available_quantity" },
  ],
};

const RECENT: Record<string, string[]> = {
  partner: ["sales_order", "deal_registration"],
  channel_manager: ["deal_registration", "sales_order"],
  finance_clerk: ["receivable", "receipt"],
  warehouse: ["delivery_note", "stock_receipt"],
  other: ["sales_order", "deal_registration"],
};

export function workOf(roles: string[]): string {
  if (roles.some((role) => role.startsWith("partner_"))) return "partner";
  if (roles.includes("channel_manager")) return "channel_manager";
  if (roles.includes("finance_clerk")) return "finance_clerk";
  if (roles.includes("warehouse_clerk") || roles.includes("store_clerk")) return "warehouse";
  return "other";
}

export function figuresFor(meta: Meta, roles: string[]): Figure[] {
  const known = ({ object, measure }: Figure) =>
    meta.objects[object] && (!measure || meta.objects[object].measures?.some((one) => one.name === measure));
  return (FIGURES[workOf(roles)] ?? []).filter(known).slice(0, 4);
}

export function recentFor(meta: Meta, roles: string[]): string[] {
  return (RECENT[workOf(roles)] ?? []).filter((name) => meta.objects[name]);
}
