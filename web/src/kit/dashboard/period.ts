/** Periods of the dashboard as calendar days of the site's zone, and the conditions they and clicked points stand for. */
import type { FieldMeta, FieldValue, MeasureMeta, ObjectMeta } from "@/api/types";
import { dayIn } from "@/i18n/format";
import { both, quote, writeCondition } from "../list/conditions";
import { fieldsOf, idOf, isEmpty } from "../metadata";

export const PERIODS = ["month", "quarter", "year", "last12", "all", "custom"] as const;
export type PeriodKind = (typeof PERIODS)[number];

export interface Range {
  from?: string;
  to?: string;
}

const pad = (value: number) => String(value).padStart(2, "0");

/** Month counted from year 0, so that arithmetic crosses years. */
const monthDay = (month: number, day: "first" | "last"): string => {
  const year = Math.floor(month / 12);
  const of = month - year * 12;
  const last = new Date(Date.UTC(year, of + 1, 0)).getUTCDate();
  return `${year}-${pad(of + 1)}-${day === "first" ? "01" : pad(last)}`;
};

export function rangeOf(kind: PeriodKind, custom: Range, zone: string, now: Date): Range {
  const [year = 0, month = 1] = dayIn(zone, now).split("-").map(Number);
  const present = year * 12 + month - 1;
  const quarter = present - (present % 3);
  switch (kind) {
    case "month":
      return { from: monthDay(present, "first"), to: monthDay(present, "last") };
    case "quarter":
      return { from: monthDay(quarter, "first"), to: monthDay(quarter + 2, "last") };
    case "year":
      return { from: `${year}-01-01`, to: `${year}-12-31` };
    case "last12":
      return { from: monthDay(present - 11, "first"), to: monthDay(present, "last") };
    case "custom":
      return custom;
    default:
      return {};
  }
}

/** The stretch of equal months just before, for comparison; none for open or free ranges. */
export function rangeBefore(kind: PeriodKind, range: Range): Range | undefined {
  const months = { month: 1, quarter: 3, year: 12, last12: 12 }[kind as string];
  if (!months || !range.from) return undefined;
  const [year = 0, month = 1] = range.from.split("-").map(Number);
  const first = year * 12 + month - 1 - months;
  return { from: monthDay(first, "first"), to: monthDay(first + months - 1, "last") };
}

/** Conditions of a range on a date or instant field; the language compares an instant with a date by its day in the site's zone. */
export function rangeFilter(field: FieldMeta | undefined, range: Range): string {
  if (!field) return "";
  const from = range.from ? writeCondition({ field: field.name, operator: ">=", values: [range.from] }, field.type) : "";
  const to = range.to ? writeCondition({ field: field.name, operator: "<=", values: [range.to] }, field.type) : "";
  return both(from, to);
}

/** The date field a tile's period applies to: its first measure's, or for a ratio its numerator's. */
export function dateField(object: ObjectMeta, measures: string[]): FieldMeta | undefined {
  const byName = new Map((object.measures ?? []).map((measure) => [measure.name, measure]));
  const dateOf = (measure: MeasureMeta | undefined): string | undefined =>
    measure?.date || (measure?.numerator ? byName.get(measure.numerator)?.date : undefined) || undefined;
  for (const name of measures) {
    const date = dateOf(byName.get(name));
    if (date) return fieldsOf(object).get(date);
  }
  return undefined;
}

/** Days covered by a bucket such as 2026-03, 2026-Q1, 2026 or 2026-03-01 under `.month`. */
export function bucketRange(part: string, value: string): Range | undefined {
  const quarter = /^(\d{4})-?Q([1-4])$/i.exec(value);
  if (quarter) {
    const first = Number(quarter[1]) * 12 + (Number(quarter[2]) - 1) * 3;
    return { from: monthDay(first, "first"), to: monthDay(first + 2, "last") };
  }
  const match = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?/.exec(value);
  if (!match) return undefined;
  const first = Number(match[1]) * 12 + Number(match[2] ?? 1) - 1;
  if (part === "day") return { from: value.slice(0, 10), to: value.slice(0, 10) };
  const months = { month: 1, quarter: 3, year: 12 }[part];
  return months ? { from: monthDay(first, "first"), to: monthDay(first + months - 1, "last") } : undefined;
}

const PARTS = new Set(["month", "quarter", "year", "day"]);

/** The condition under which a row of the answer was counted. */
export function bucketFilter(object: ObjectMeta, by: string, value: FieldValue): string {
  const [base = "", part = ""] = by.split(".");
  const field = fieldsOf(object).get(base);
  if (!field) return "";
  if (isEmpty(value)) return `${by} == null`;
  if (PARTS.has(part)) {
    const range = bucketRange(part, String(value));
    return range ? rangeFilter(field, range) : "";
  }
  if (part) return `${by} == ${typeof value === "string" ? quote(value) : String(value)}`;
  return writeCondition({ field: base, operator: "==", values: [idOf(value) ?? String(value)] }, field.type);
}
