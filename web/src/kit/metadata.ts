/** Questions asked of a declaration. Fields every object has are added here when the declaration does not list them. */
import type {
  ActionMeta,
  Door,
  FieldMeta,
  FieldValue,
  LinkValue,
  Meta,
  ObjectMeta,
  RecordData,
  StateMeta,
  ViewMeta,
} from "@/api/types";

import { asLocale, type Locale } from "@/i18n";

const system = (name: string, type: FieldMeta["type"], zh: string, en: string, to?: string): FieldMeta => ({
  name,
  type,
  label: { zh, en },
  read_only: true,
  filter: true,
  ...(to ? { to } : {}),
});

const SYSTEM_FIELDS: FieldMeta[] = [
  system("created_at", "instant", "创建时间", "Created"),
  system("created_by", "link", "创建人", "Created by", "user"),
  system("updated_at", "instant", "更新时间", "Updated"),
  system("updated_by", "link", "更新人", "Updated by", "user"),
];

const ROLE_FIELD = "role_name";

/** Roles are declared, not stored: a field that names one is a choice among them. Behind the portal's door there are its own only. */
export function withRoles(meta: Meta, door: Door): Meta {
  const choices = meta.roles
    .filter((role) => door === "office" || role.door === door)
    .map((role) => ({ value: role.name, label: role.label }));
  const named = (field: FieldMeta): FieldMeta => (field.name === ROLE_FIELD ? { ...field, type: "choice", choices } : field);
  const objects = Object.entries(meta.objects).map(([name, object]) => [
    name,
    object.fields.some((field) => field.name === ROLE_FIELD) ? { ...object, fields: object.fields.map(named) } : object,
  ]);
  return { ...meta, objects: Object.fromEntries(objects) };
}

const known = new WeakMap<ObjectMeta, Map<string, FieldMeta>>();

function stateField(states: StateMeta[]): FieldMeta {
  const choices = states.map((state) => ({ value: state.name, label: state.label, color: state.color ?? null }));
  return { ...system("state", "choice", "状态", "State"), choices };
}

/** Every field by name, the system's included. */
export function fieldsOf(object: ObjectMeta): Map<string, FieldMeta> {
  const cached = known.get(object);
  if (cached) return cached;
  const fields = new Map(object.fields.map((field) => [field.name, field]));
  if (object.states?.length) {
    const declared = fields.get("state");
    fields.set("state", declared?.choices?.length ? declared : stateField(object.states));
  }
  for (const field of SYSTEM_FIELDS) if (!fields.has(field.name)) fields.set(field.name, field);
  known.set(object, fields);
  return fields;
}

export const isSystem = (name: string) =>
  name === "id" || name === "version" || SYSTEM_FIELDS.some((field) => field.name === name);

/** The fields a person fills in. */
export const enteredFields = (object: ObjectMeta): FieldMeta[] =>
  object.fields.filter((field) => !field.read_only && !isSystem(field.name) && field.name !== "state" && field.type !== "json");

export const isLink = (value: unknown): value is LinkValue =>
  typeof value === "object" && value !== null && !Array.isArray(value) && "id" in value;

export function idOf(value: unknown): string | undefined {
  if (typeof value === "string" && value) return value;
  return isLink(value) ? String(value.id) : undefined;
}

/**
 * A text kept in both languages is two fields, `…_zh` and `…_en`; people read the one of their own language. Where only the English
 * one has an ending, it stands for the other in English, unless both are asked for.
 */
export function inLanguage(names: string[], has: (name: string) => boolean, locale: Locale): string[] {
  const own = (name: string) => {
    const stem = name.replace(/_(zh|en)$/, "");
    const isPair = stem !== name && has(`${stem}_zh`) && has(`${stem}_en`);
    if (isPair) return `${stem}_${locale === "en" ? "en" : "zh"}`;
    const english = `${name}_en`;
    return locale === "en" && has(english) && !names.includes(english) ? english : name;
  };
  return [...new Set(names.map(own))];
}

/** The fields that name a record, the reader's language first: one field, `…_zh` and `…_en`, or a Chinese one with its `…_en`. */
export function titleFields(object: ObjectMeta | undefined): string[] {
  if (!object?.title) return [];
  const stem = object.title.replace(/_(zh|en)$/, "");
  const isEnglish = asLocale(document.documentElement.lang) === "en";
  const names = isEnglish ? [`${stem}_en`, `${stem}_zh`, stem] : [`${stem}_zh`, stem, `${stem}_en`];
  return names.filter((name) => fieldsOf(object).has(name));
}

/** What a record is called, in the reader's language where it has a name in it. */
export function titleOf(object: ObjectMeta | undefined, record: RecordData): string {
  for (const name of [...titleFields(object), "title", "name", "number"]) {
    const value = name ? record[name] : undefined;
    if (typeof value === "string" && value) return value;
    if (isLink(value) && value.title) return value.title;
  }
  return typeof record.number === "string" ? record.number : `#${record.id}`;
}

/** The views of an object; one that declares none gets a plain one. */
export function viewsOf(object: ObjectMeta, roles: string[]): ViewMeta[] {
  const mine = (object.views ?? []).filter((view) => !view.roles?.length || view.roles.some((role) => roles.includes(role)));
  if (mine.length) return mine;
  return [{ name: "all", label: { zh: "全部", en: "All" }, columns: defaultColumns(object) }];
}

export function defaultColumns(object: ObjectMeta): string[] {
  const fields = fieldsOf(object);
  const first = ["number", object.title ?? "", "state"].filter((name) => fields.has(name));
  const rest = object.fields
    .filter((field) => !isSystem(field.name) && !["long_text", "json"].includes(field.type))
    .map((field) => field.name);
  return [...new Set([...first, ...rest])].slice(0, 8);
}

export const stateOf = (object: ObjectMeta, record: RecordData): StateMeta | undefined =>
  object.states?.find((state) => state.name === record.state);

/** Declared actions among those the server offers now, the primary one first, danger last. */
export function offered(object: ObjectMeta, names: string[]): ActionMeta[] {
  const weight = { primary: 0, default: 1, danger: 2 };
  return (object.actions ?? [])
    .filter((action) => names.includes(action.name) && !action.internal)
    .sort((a, b) => weight[a.style ?? "default"] - weight[b.style ?? "default"]);
}

/** The fields a form asks for before an action runs. */
export const askedFor = (action: ActionMeta): string[] => (action.input ?? []).filter((name) => !action.unasked?.includes(name));

/** Whether the person has to say anything before an action runs. */
export const asks = (action: ActionMeta): boolean => Boolean(action.confirm || askedFor(action).length);

/** Actions that lead a record from one state to another. */
export const actionsBetween = (object: ObjectMeta, from: string, to: string): ActionMeta[] =>
  (object.actions ?? []).filter(
    (action) => !action.internal && action.to === to && (!action.from?.length || action.from.includes(from)),
  );

export const NUMBER_TYPES = new Set(["integer", "money", "quantity", "percent", "decimal", "degrees"]);

export const isEmpty = (value: FieldValue | undefined): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
