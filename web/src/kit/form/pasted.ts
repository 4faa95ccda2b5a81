/**
 * Pasted text as values of fields.
 * Not here: where it is pasted to (ChildTable).
 */
import { queryText, request } from "@/api/client";
import type { FieldMeta, FieldValue, LinkValue, ListReply, ObjectMeta } from "@/api/types";
import { NUMBER_TYPES, titleFields, titleOf } from "../metadata";
import { cleanNumber } from "./values";

/** Pasted text as a field's value; links are found by name afterwards. */
export function pastedValue(field: FieldMeta, text: string): FieldValue {
  const trimmed = text.trim();
  if (!trimmed) return null;
  if (NUMBER_TYPES.has(field.type)) return cleanNumber(trimmed);
  if (field.type === "boolean") return ["true", "1", "是", "yes", "y"].includes(trimmed.toLowerCase());
  if (field.type === "date")
    return trimmed.replace(
      /^(\d{4})[/.年](\d{1,2})[/.月](\d{1,2})日?$/,
      (_, y, m, d) => `${y}-${m.padStart(2, "0")}-${d.padStart(2, "0")}`,
    );
  if (field.type === "choice") {
    const choice = field.choices?.find((one) => [one.value, one.label.zh, one.label.en].includes(trimmed));
    return choice?.value ?? null;
  }
  return trimmed;
}

/** The one record of the target with this text as its name. */
export async function findLink(target: ObjectMeta | undefined, text: string): Promise<LinkValue | null> {
  if (!target) return null;
  const reply = await request<ListReply>("GET", `/${target.name}${queryText({ search: text, limit: 5 })}`);
  const names = [...titleFields(target), "number", "code", "sku"];
  const exact = reply.rows.filter((row) => titleOf(target, row) === text || names.some((name) => row[name] === text));
  const row = exact.length === 1 ? exact[0] : reply.rows.length === 1 ? reply.rows[0] : undefined;
  return row ? { id: row.id, title: titleOf(target, row) } : null;
}
