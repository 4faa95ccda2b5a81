/** Between what the server holds, what the form shows and what is sent. Nothing here touches the page. */
import type { FieldMeta, FieldValue, ObjectMeta, RecordData, Session } from "@/api/types";
import type { Translate } from "@/i18n";
import { dayIn } from "@/i18n/format";
import { enteredFields, idOf, isEmpty, NUMBER_TYPES } from "../metadata";

export type Values = Record<string, FieldValue | undefined>;
export type Errors = Record<string, string[]>;
export type ChildRow = Values & { id?: string; rowKey: string };

/** What a new record starts with: the declaration's default, its words resolved for the person at hand. */
export function defaultValue(field: FieldMeta, session: Session, now: Date): FieldValue | undefined {
  const text = field.default;
  if (text === undefined || text === null || text === "") return undefined;
  if (text === "today") return dayIn(session.site.time_zone, now);
  if (text === "now") return now.toISOString().replace(/\.\d+Z$/, "Z");
  if (text === "me") return { id: session.user.id, title: session.user.name };
  if (text === "my_organisation") return session.user.organisation ?? undefined;
  if (field.type === "boolean") return text === "true";
  if (field.type === "integer") return Number(text);
  return text;
}

export function startValues(object: ObjectMeta, record: RecordData | undefined, session: Session, now: Date): Values {
  const values: Values = {};
  for (const field of enteredFields(object)) {
    values[field.name] = record ? record[field.name] : defaultValue(field, session, now);
  }
  for (const child of object.children ?? []) {
    const rows = record?.[child.list];
    values[child.list] = (Array.isArray(rows) ? rows : []).map((row) => ({
      ...(row as RecordData),
      rowKey: (row as RecordData).id,
    })) as never;
  }
  return values;
}

/** A value as it is sent: links by id, emptied ones as null, integers as numbers. */
export function sent(field: FieldMeta, value: FieldValue | undefined): unknown {
  if (isEmpty(value)) return null;
  if (field.type === "link") return idOf(value) ?? null;
  if (field.type === "integer") return /^-?\d+$/.test(String(value)) ? Number(value) : value;
  return value;
}

function sentRow(child: ObjectMeta, link: string, row: ChildRow): Record<string, unknown> {
  const body: Record<string, unknown> = row.id ? { id: row.id } : {};
  for (const field of enteredFields(child)) {
    if (field.name === link) continue;
    const value = sent(field, row[field.name]);
    if (value !== null || row.id) body[field.name] = value;
  }
  return body;
}

/** What a save sends: everything filled when new, only what changed afterwards; child lists always whole. */
export function payload(
  object: ObjectMeta,
  objects: Record<string, ObjectMeta>,
  values: Values,
  before: Values | undefined,
): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const field of enteredFields(object)) {
    const value = sent(field, values[field.name]);
    if (before) {
      if (JSON.stringify(value) !== JSON.stringify(sent(field, before[field.name]))) body[field.name] = value;
    } else if (value !== null) body[field.name] = value;
  }
  for (const { object: name, list, link } of object.children ?? []) {
    const child = objects[name];
    if (!child) continue;
    const rows = (of: Values) => ((of[list] ?? []) as unknown as ChildRow[]).map((row) => sentRow(child, link, row));
    const now = rows(values);
    if (before ? JSON.stringify(now) !== JSON.stringify(rows(before)) : now.length > 0) body[list] = now;
  }
  return body;
}

const rowsOf = (value: FieldValue | undefined) => (value ?? []) as unknown as ChildRow[];
const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/**
 * The lines of now with what a person changed of those they began with: cell by cell where both have the line, without the lines
 * they removed, with those they added. A line somebody else removed stays gone unless the person changed it: then it is a new one.
 */
export function mergedRows(
  child: ObjectMeta,
  before: FieldValue | undefined,
  mine: FieldValue | undefined,
  latest: FieldValue | undefined,
): FieldValue {
  const byId = (value: FieldValue | undefined) => new Map(rowsOf(value).flatMap((row) => (row.id ? [[row.id, row]] : [])));
  const [was, own, now] = [byId(before), byId(mine), byId(latest)];
  const names = enteredFields(child).map((field) => field.name);
  const changed = (row: ChildRow) => names.filter((name) => !same(row[name], was.get(row.id ?? "")?.[name]));
  const kept = rowsOf(latest).flatMap((row): ChildRow[] => {
    const edited = own.get(row.id ?? "");
    if (!edited) return was.has(row.id ?? "") ? [] : [row];
    return [{ ...row, ...Object.fromEntries(changed(edited).map((name) => [name, edited[name]])) }];
  });
  const added = rowsOf(mine).flatMap((row): ChildRow[] => {
    if (!row.id) return [row];
    if (now.has(row.id) || !changed(row).length) return [];
    const { id: _, ...rest } = row;
    return [rest as ChildRow];
  });
  return [...kept, ...added] as never;
}

/** How many lines of a list came, changed and went between two versions of a record. */
export function movedRows(child: ObjectMeta, before: FieldValue | undefined, latest: FieldValue | undefined) {
  const was = new Map(rowsOf(before).map((row) => [row.id, row]));
  const now = rowsOf(latest);
  const names = enteredFields(child).map((field) => field.name);
  const there = now.filter((row) => was.has(row.id));
  return {
    added: now.length - there.length,
    changed: there.filter((row) => names.some((name) => !same(row[name], was.get(row.id)?.[name]))).length,
    removed: was.size - there.length,
  };
}

const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const PHONE = /^[\d+\-() #转]{3,}$/;

/** Why a number text is wrong, or undefined. Compares decimal texts by value without binary fractions being stored anywhere. */
function numberFault(field: FieldMeta, text: string, t: Translate): string | undefined {
  if (field.type === "integer" && !/^-?\d+$/.test(text)) return t("form.invalid.integer");
  if (!/^-?\d+(\.\d+)?$/.test(text)) return t("form.invalid.number");
  const decimals = field.type === "degrees" ? 6 : 4;
  if ((text.split(".")[1] ?? "").length > decimals) return t("form.invalid.decimals", { count: decimals });
  if (!isEmpty(field.max) && Number(text) > Number(field.max)) return t("form.invalid.max", { value: String(field.max) });
  if (!isEmpty(field.min) && Number(text) < Number(field.min)) return t("form.invalid.min", { value: String(field.min) });
  return undefined;
}

export function faultOf(field: FieldMeta, value: FieldValue | undefined, label: string, t: Translate): string | undefined {
  if (isEmpty(value)) return field.required && field.type !== "boolean" ? t("form.required", { label }) : undefined;
  const text = String(value);
  if (NUMBER_TYPES.has(field.type)) return numberFault(field, text, t);
  if (field.type === "email" && !EMAIL.test(text)) return t("form.invalid.email");
  if (field.type === "phone" && !PHONE.test(text)) return t("form.invalid.phone");
  if (field.type === "web" && !/^https?:\/\/\S+$/.test(text)) return t("form.invalid.web");
  if ((field.type === "text" || field.type === "long_text") && field.max && text.length > Number(field.max)) {
    return t("form.invalid.length", { value: String(field.max) });
  }
  return undefined;
}

/** Faults of a whole form; a child cell's stands under `list.index.field`. */
export function faultsOf(
  object: ObjectMeta,
  objects: Record<string, ObjectMeta>,
  values: Values,
  say: (text: FieldMeta["label"]) => string,
  t: Translate,
): Errors {
  const errors: Errors = {};
  for (const field of enteredFields(object)) {
    const fault = faultOf(field, values[field.name], say(field.label), t);
    if (fault) errors[field.name] = [fault];
  }
  for (const { object: name, list, link } of object.children ?? []) {
    const child = objects[name];
    const rows = (values[list] ?? []) as unknown as ChildRow[];
    for (const [index, row] of rows.entries()) {
      for (const field of child ? enteredFields(child) : []) {
        const fault = field.name === link ? undefined : faultOf(field, row[field.name], say(field.label), t);
        if (fault) errors[`${list}.${index}.${field.name}`] = [fault];
      }
    }
  }
  return errors;
}

/** `lines[0].quantity` and `lines/0/quantity` mean `lines.0.quantity`. */
export const fieldPath = (name: string) =>
  name
    .replace(/\[(\d+)\]/g, ".$1")
    .replace(/\//g, ".")
    .replace(/^\./, "");

/** What people type or paste as a number: full-width digits, thousands separators, currency signs and blanks are taken out. */
export function cleanNumber(text: string): string {
  const half = text.replace(/[０-９．－，]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0));
  return half.replace(/[,，\s¥￥$€%]/g, "").replace(/^\+/, "");
}
