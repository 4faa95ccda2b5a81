/** A tile's question to the server, and its answer as labelled figures. */
import type { FieldMeta, FieldValue, ObjectMeta, QueryReply, QuerySpec, Session, Tile } from "@/api/types";
import type { Language } from "@/i18n";
import { formatMoney, formatNumber, formatPercent, formatShort } from "@/i18n/format";
import { type DivisionNode, divisionName } from "../divisions";
import { plainText } from "../FieldText";
import { both } from "../list/conditions";
import { fieldsOf, isEmpty, isLink } from "../metadata";
import { bucketFilter, dateField, type Range, rangeFilter } from "./period";

export function specOf(object: ObjectMeta, tile: Tile, range: Range): QuerySpec {
  const spec: QuerySpec = { object: tile.object, measures: tile.measures };
  if (tile.by?.length) spec.by = tile.by;
  const filter = both(tile.filter, rangeFilter(dateField(object, tile.measures), range));
  if (filter) spec.filter = filter;
  if (tile.sort) spec.sort = tile.sort;
  if (tile.limit) spec.limit = tile.limit;
  return spec;
}

/** The condition of the records a figure counts: its own, or for a ratio that of what it divides by. */
function countedFilter(object: ObjectMeta, name: string | undefined): string | null | undefined {
  const byName = new Map((object.measures ?? []).map((measure) => [measure.name, measure]));
  const declared = byName.get(name ?? "");
  const base = declared?.denominator ? byName.get(declared.denominator) : declared;
  return base?.filter;
}

/** What the records behind one row have in common, measure conditions included. */
export function drillFilter(
  object: ObjectMeta,
  tile: Tile,
  range: Range,
  row: FieldValue[] | undefined,
  measure: string | undefined,
): string {
  const counted = countedFilter(object, measure ?? tile.measures[0]);
  const buckets = (tile.by ?? []).map((by, index) => (row ? bucketFilter(object, by, row[index] ?? null) : ""));
  return both(tile.filter, counted, rangeFilter(dateField(object, tile.measures), range), ...buckets);
}

function groupField(objects: Record<string, ObjectMeta>, object: ObjectMeta, by: string): FieldMeta | undefined {
  const [base = "", part = ""] = by.split(".");
  const field = fieldsOf(object).get(base);
  if (!part || !field?.to) return field;
  const target = objects[field.to];
  return target ? fieldsOf(target).get(part) : undefined;
}

export function groupLabel(
  objects: Record<string, ObjectMeta>,
  object: ObjectMeta,
  by: string,
  value: FieldValue | undefined,
  language: Language,
  site: Session["site"],
  divisions?: DivisionNode[],
): string {
  if (isEmpty(value)) return language.t("common.none");
  if (isLink(value)) return value.title;
  const part = by.split(".")[1] ?? "";
  if (divisions && groupField(objects, object, by)?.type === "division") return divisionName(divisions, String(value));
  if (["month", "quarter", "year", "day"].includes(part)) {
    return part === "month" ? String(value).slice(0, 7) : String(value);
  }
  return plainText(groupField(objects, object, by), value, language, site);
}

export type FigureKind = "money" | "percent" | "number";

export function kindOf(type: string | undefined): FigureKind {
  if (type === "money") return "money";
  return type === "percent" || type === "ratio" ? "percent" : "number";
}

export function figureText(
  value: FieldValue | undefined,
  kind: FigureKind,
  language: Language,
  site: Session["site"],
  short = false,
): string {
  if (isEmpty(value)) return "—";
  const text = String(value);
  if (kind === "percent") return formatPercent(text, language.locale);
  if (kind === "money")
    return short ? formatShort(text, language.locale, site.currency) : formatMoney(text, site.currency, language.locale);
  return short ? formatShort(text, language.locale) : formatNumber(text, language.locale, 2);
}

/** For drawing only: the length of a bar needs no more digits than a binary fraction has. */
export const lengthOf = (value: FieldValue | undefined): number => Number(value ?? 0) || 0;

export interface Figures {
  tile: Tile;
  object: ObjectMeta;
  reply: QueryReply;
  groups: number;
  labels: string[];
}

/** States and choices follow their declaration when the tile asks for no order: a funnel runs the way the process does. */
function inDeclaredOrder(objects: Record<string, ObjectMeta>, object: ObjectMeta, tile: Tile, reply: QueryReply): QueryReply {
  const choices = tile.by?.length === 1 ? groupField(objects, object, tile.by[0] ?? "")?.choices : undefined;
  if (!choices?.length) return reply;
  const place = (value: FieldValue | undefined) => choices.findIndex((choice) => choice.value === value);
  return { ...reply, rows: [...reply.rows].sort((a, b) => place(a[0]) - place(b[0])) };
}

export function figuresOf(
  objects: Record<string, ObjectMeta>,
  object: ObjectMeta,
  tile: Tile,
  answer: QueryReply,
  language: Language,
  site: Session["site"],
  divisions?: DivisionNode[],
): Figures {
  const by = tile.by ?? [];
  const reply = tile.sort ? answer : inDeclaredOrder(objects, object, tile, answer);
  const labels = reply.rows.map((row) =>
    by.map((one, index) => groupLabel(objects, object, one, row[index], language, site, divisions)).join(" · "),
  );
  return { tile, object, reply, groups: by.length, labels };
}

/** Whether a tile groups by an administrative division, whose names have to be loaded. */
export const byDivision = (objects: Record<string, ObjectMeta>, object: ObjectMeta, tile: Tile): boolean =>
  (tile.by ?? []).some((by) => groupField(objects, object, by)?.type === "division");
