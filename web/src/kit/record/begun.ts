/**
 * What a record begun beside another one starts with: the link to it, and after a step of a process what both link to, such as
 * partner and customer. Master data hands nothing on: a price rule of a product is not one of its category, too.
 * People are left out: who owns the new record is not decided by who owned the old one.
 */
import type { ObjectMeta, RecordData } from "@/api/types";
import { enteredFields, fieldsOf, isLink, titleOf } from "../metadata";

export function begunWith(object: ObjectMeta, link: string, parent: ObjectMeta, record: RecordData): Record<string, string> {
  const values: Record<string, string> = {};
  for (const field of enteredFields(object)) {
    const value = record[field.name];
    const isShared = field.type === "link" && field.to !== "user" && fieldsOf(parent).get(field.name)?.to === field.to;
    if (!parent.states?.length || !isShared || !isLink(value) || !value.title) continue;
    values[field.name] = String(value.id);
    values[`${field.name}.title`] = value.title;
  }
  return { ...values, [link]: record.id, [`${link}.title`]: titleOf(parent, record) };
}
