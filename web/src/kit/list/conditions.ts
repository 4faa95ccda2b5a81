/**
 * Filter chips and the filter expression are two forms of one thing: the address holds the expression, the screen draws chips.
 * Only conjunctions of simple comparisons become chips; any other expression stays whole and is shown as one chip.
 */
import type { FieldMeta, FieldType } from "@/api/types";
import type { TextKey } from "@/i18n";
import { NUMBER_TYPES } from "../metadata";

export type Operator = "==" | "!=" | ">" | "<" | ">=" | "<=" | "in" | "contains" | "within" | "empty" | "filled";

export interface Condition {
  field: string;
  operator: Operator;
  values: string[];
}

/** Words of the language that stand for a value. */
export const WORDS = new Set(["me", "my_organisation", "today", "now", "true", "false"]);

/** How those a person may choose are called. */
export const WORD_TEXTS: Record<string, TextKey | undefined> = {
  me: "filter.me",
  my_organisation: "filter.myOrganisation",
  today: "filter.today",
};

const ORDERED: FieldType[] = ["date", "instant"];

export function operatorsOf(field: FieldMeta): Operator[] {
  if (field.type === "boolean") return ["=="];
  if (field.type === "choice") return ["in", "!=", "empty", "filled"];
  if (field.type === "link") return ["==", "!=", "empty", "filled"];
  if (ORDERED.includes(field.type)) return [">=", "<=", "empty", "filled"];
  if (NUMBER_TYPES.has(field.type)) return [">=", "<=", ">", "<", "==", "empty", "filled"];
  if (field.type === "division") return ["within", "empty", "filled"];
  return ["contains", "==", "!=", "empty", "filled"];
}

export function operatorLabel(operator: Operator, field: FieldMeta): TextKey {
  const dated = ORDERED.includes(field.type);
  const labels: Record<Operator, TextKey> = {
    "==": "filter.is",
    "!=": "filter.isNot",
    in: "filter.in",
    contains: "filter.contains",
    within: "filter.within",
    ">=": dated ? "filter.from" : "filter.atLeast",
    "<=": dated ? "filter.until" : "filter.atMost",
    ">": "filter.above",
    "<": "filter.below",
    empty: "filter.empty",
    filled: "filter.filled",
  };
  return labels[operator];
}

export const quote = (text: string) => `'${text.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}'`;

function literal(value: string, type: FieldType): string {
  if (WORDS.has(value) && (type === "link" || type === "boolean" || ORDERED.includes(type))) return value;
  if (NUMBER_TYPES.has(type) && /^-?\d+(\.\d+)?$/.test(value)) return value;
  if (type === "boolean") return value === "true" ? "true" : "false";
  return quote(value);
}

export function writeCondition(condition: Condition, type: FieldType): string {
  const { field, operator, values } = condition;
  if (operator === "empty") return `${field} == null`;
  if (operator === "filled") return `${field} != null`;
  if (operator === "in") return `${field} in [${values.map((value) => literal(value, type)).join(", ")}]`;
  if (operator === "within") return `starts_with(${field}, ${quote((values[0] ?? "").replace(/(00)+$/, ""))})`;
  if (operator === "contains") return `contains(${field}, ${quote(values[0] ?? "")})`;
  return `${field} ${operator} ${literal(values[0] ?? "", type)}`;
}

export function writeFilter(conditions: Condition[], fields: Map<string, FieldMeta>): string {
  return conditions.map((condition) => writeCondition(condition, fields.get(condition.field)?.type ?? "text")).join(" and ");
}

const TOKEN = /\s*(?:('(?:[^'\\]|\\.)*')|(-?\d+(?:\.\d+)?)|([\p{L}_][\p{L}\p{N}_.]*)|(==|!=|>=|<=|[><()[\],]))/uy;

function tokens(text: string): string[] | null {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const match = TOKEN.exec(text);
    if (!match) return null;
    found.push((match[1] ?? match[2] ?? match[3] ?? match[4]) as string);
  }
  return found;
}

const NAME = /^[\p{L}_]/u;
const unquote = (token: string) => (token.startsWith("'") ? token.slice(1, -1).replace(/\\(.)/g, "$1") : token);
const isValue = (token: string | undefined): token is string =>
  token !== undefined && (token.startsWith("'") || /^-?\d/.test(token) || WORDS.has(token));

/** Reads one comparison from the tokens' front; null when it is of another shape. */
function readCondition(list: string[]): Condition | null {
  const first = list.shift();
  if (!first) return null;
  if (first === "contains" || first === "starts_with") {
    const [open, field, comma, value, close] = list.splice(0, 5);
    if (open !== "(" || comma !== "," || close !== ")" || !field || !value?.startsWith("'")) return null;
    const text = unquote(value);
    if (first === "starts_with") return { field, operator: "within", values: [text.padEnd(6, "0")] };
    return { field, operator: "contains", values: [text] };
  }
  if (!NAME.test(first) || ["not", "and", "or"].includes(first)) return null;
  const operator = list.shift();
  if (operator === "in") {
    if (list.shift() !== "[") return null;
    const values: string[] = [];
    for (;;) {
      const token = list.shift();
      if (token === "]") return { field: first, operator: "in", values };
      if (token === ",") continue;
      if (!isValue(token)) return null;
      values.push(unquote(token));
    }
  }
  const value = list.shift();
  if (value === "null" && (operator === "==" || operator === "!=")) {
    return { field: first, operator: operator === "==" ? "empty" : "filled", values: [] };
  }
  if (!["==", "!=", ">", "<", ">=", "<="].includes(operator ?? "") || !isValue(value)) return null;
  return { field: first, operator: operator as Operator, values: [unquote(value)] };
}

/** null: the expression is richer than chips can show. What is said twice is one condition. */
export function readFilter(text: string): Condition[] | null {
  const list = tokens(text);
  if (!list) return null;
  const conditions: Condition[] = [];
  while (list.length) {
    const condition = readCondition(list);
    if (!condition) return null;
    const shown = JSON.stringify(condition);
    if (!conditions.some((one) => JSON.stringify(one) === shown)) conditions.push(condition);
    if (list.length && list.shift() !== "and") return null;
  }
  return conditions;
}

/** All must hold; empty ones and repeated ones drop out. */
export function both(...parts: (string | null | undefined)[]): string {
  const given = [...new Set(parts.filter((part): part is string => Boolean(part?.trim())))];
  return given.length < 2 ? (given[0] ?? "") : given.map((part) => (readFilter(part) ? part : `(${part})`)).join(" and ");
}
