/** What the server says a cart would cost (`order.price`), and which promotion is how far away. No price is worked out here. */
import { useQueries } from "@tanstack/react-query";
import { request } from "@/api/client";
import { useCall, useRows } from "@/api/hooks";
import type { LinkValue, RecordData, RecordReply } from "@/api/types";
import { idOf } from "@/kit/metadata";
import { decimal, steps } from "../decimal";
import type { PriceStep, Totals } from "../price/Waterfall";

export interface PricedLine {
  product: LinkValue;
  quantity: string;
  /** Added by a promotion, without charge. */
  gift: boolean;
  list_price: string;
  unit_price: string;
  list_amount: string;
  discount_amount: string;
  promotion_amount: string;
  total_amount: string;
  tax_rate: string;
  tax_exempt: boolean;
  tax_amount: string;
  net_amount: string;
  waterfall: PriceStep[];
}

export interface Preview {
  lines: PricedLine[];
  totals: Totals;
  /** Those that apply, in the order they apply in, with their worth. */
  promotions: { id: string; title: string; amount: string }[];
  /** Nothing without a code; else whether it takes effect, and why not. */
  coupon: { applies: boolean; text: string | null } | null;
  credit: { available: string; needed: string; suffices: boolean };
  approval_needed: boolean;
  territory_covered: boolean | null;
  sourcing: {
    suffices: boolean;
    /** Why nobody can serve it: goods lacking, who has them does no more today, or no rule leads to a site. */
    reason: "short" | "full" | "no_rule" | null;
    /** Who would serve it, several of them a part each. */
    sites: { id: string; title: string; distance_metres: number | null }[];
    missing: { product_id: string }[];
  };
}

export interface CartLine {
  product_id: string;
  quantity: string;
}

export interface Place {
  division?: string;
  latitude?: string;
  longitude?: string;
  /** Picked up at this store. */
  pickup_site_id?: string;
}

/** What is asked of the server about a cart. */
export interface Ask extends Place {
  coupon_code?: string;
  lines: CartLine[];
}

/** Asked again whenever lines, place or coupon change; the last answer stays on screen meanwhile. */
export const usePreview = (ask: Ask) => useCall<Preview>("order.price", ask, ask.lines.length > 0);

export interface Offer {
  price: string;
  /** The price rule or list it comes from. */
  rule: string | undefined;
  inStock: boolean;
}

/**
 * Offers for what is on screen, page by page, as if one of each were bought. Undefined while asked for, null when there is none.
 */
export function useOffers(pages: RecordData[][]): (product: string) => Offer | null | undefined {
  const answers = useQueries({
    queries: pages
      .filter((page) => page.length)
      .map((page) => {
        const body = { lines: page.map((row) => ({ product_id: row.id, quantity: "1" })) };
        return {
          queryKey: ["call", "order.price", body],
          queryFn: () => request<Preview>("POST", "/call/order.price", { body, safe: true }),
        };
      }),
  });
  const waiting = answers.some((one) => one.isPending);
  const offers = new Map<string, Offer>();
  for (const { data } of answers) {
    const missing = new Set(data?.sourcing.missing.map((one) => one.product_id));
    for (const line of data?.lines ?? []) {
      const rule = line.waterfall.find((step) => step.step === "rule")?.rule?.name;
      if (!line.gift) offers.set(line.product.id, { price: line.unit_price, rule, inStock: !missing.has(line.product.id) });
    }
  }
  return (product) => offers.get(product) ?? (waiting ? undefined : null);
}

interface Promotion {
  id: string;
  name: string;
  kind: string;
  threshold: bigint;
  every: boolean;
  reduction: string;
  percent: string;
  categories: Set<string>;
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

function promotionOf(record: RecordData): Promotion {
  const categories = (record.categories ?? []) as RecordData[];
  return {
    id: record.id,
    name: text(record.name),
    kind: text(record.kind),
    threshold: steps(record.threshold_amount),
    every: record.every === true,
    reduction: text(record.reduction_amount),
    percent: text(record.percent_off),
    categories: new Set(categories.map((row) => idOf(row.category_id) ?? "")),
  };
}

/** The promotions open to any order that run today and begin at an amount, with the categories each is for. */
export function usePromotions(enabled: boolean): Promotion[] {
  const filter =
    "active and kind in ['full_reduction', 'percent_off'] and channel_id == null and not coupon_required and not first_order " +
    "and (valid_from == null or valid_from <= today) and (valid_until == null or valid_until >= today)";
  const list = useRows("promotion", { filter, limit: 20 }, enabled);
  const records = useQueries({
    queries: (list.data?.rows ?? []).map((row) => ({
      queryKey: ["record", "promotion", row.id],
      queryFn: () => request<RecordReply>("GET", `/promotion/${row.id}`),
    })),
  });
  return records.flatMap((one) => (one.data ? [promotionOf(one.data.record)] : []));
}

export interface Reach {
  id: string;
  name: string;
  /** Decimal text; "0" when the threshold is reached and there is no further step. */
  missing: string;
  reduction: string;
  percent: string;
  reached: boolean;
}

/** How far the cart is from (the next step of) each promotion; those that cannot apply are left out. */
export function reachOf(promotions: Promotion[], lines: PricedLine[], categoryOf: (product: string) => string): Reach[] {
  return promotions.flatMap((promotion): Reach[] => {
    const eligible = lines.filter(
      (line) => promotion.categories.size === 0 || promotion.categories.has(categoryOf(line.product.id)),
    );
    const base = eligible.reduce((sum, line) => sum + steps(line.total_amount) + steps(line.promotion_amount), 0n);
    if (base === 0n || promotion.threshold <= 0n || !(promotion.reduction || promotion.percent)) return [];
    const times = base / promotion.threshold;
    const next =
      promotion.every && promotion.kind === "full_reduction" ? (times + 1n) * promotion.threshold : promotion.threshold;
    const missing = next > base ? next - base : 0n;
    const { id, name, reduction, percent } = promotion;
    return [{ id, name, reduction, percent, missing: decimal(missing), reached: times > 0n }];
  });
}
