/** The shapes of the HTTP API (docs/api-design.md) and of declarations as `/meta` gives them (docs/declarations.md). */

export interface Text {
  zh: string;
  en: string;
}

export type Door = "office" | "portal";

export interface Session {
  user: {
    id: string;
    name: string;
    login: string;
    locale: string;
    roles: string[];
    organisation: LinkValue | null;
  };
  csrf: string;
  door: Door;
  site: { name: string; currency: string; time_zone: string };
}

export type FieldType =
  | "text"
  | "long_text"
  | "phone"
  | "email"
  | "web"
  | "division"
  | "integer"
  | "money"
  | "quantity"
  | "percent"
  | "decimal"
  | "date"
  | "instant"
  | "boolean"
  | "choice"
  | "link"
  | "degrees"
  | "json";

export interface Choice {
  value: string;
  label: Text;
  color?: string | null;
}

export interface FieldMeta {
  name: string;
  type: FieldType;
  label: Text;
  required?: boolean;
  read_only?: boolean;
  filter?: boolean;
  unique?: boolean;
  search?: boolean;
  default?: string | null;
  max?: string | number | null;
  min?: string | number | null;
  help?: Text | null;
  choices?: Choice[];
  to?: string | null;
}

export interface StateMeta {
  name: string;
  label: Text;
  color?: string | null;
  stage?: "open" | "done" | "dropped";
}

export interface ActionMeta {
  name: string;
  label: Text;
  from?: string[];
  to?: string | null;
  input?: string[];
  require?: string[];
  /** Of the input, what programs give and no form asks for. */
  unasked?: string[];
  style?: "primary" | "default" | "danger";
  confirm?: Text | null;
  internal?: boolean;
  when?: string | null;
}

export interface ViewMeta {
  name: string;
  label: Text;
  kind?: "table" | "kanban";
  columns?: string[];
  filter?: string | null;
  sort?: string | null;
  roles?: string[];
}

export interface MeasureMeta {
  name: string;
  label: Text;
  aggregate?: string;
  field?: string | null;
  filter?: string | null;
  numerator?: string | null;
  denominator?: string | null;
  date?: string | null;
}

export interface ObjectMeta {
  name: string;
  label: Text;
  purpose?: Text | null;
  title?: string | null;
  icon?: string | null;
  menu?: string | null;
  organisation?: boolean;
  child_of?: { object: string; link: string; list: string } | null;
  fields: FieldMeta[];
  states?: StateMeta[];
  actions?: ActionMeta[];
  views?: ViewMeta[];
  sections?: { label: Text; fields: string[] }[];
  related?: { object: string; link: string; label: Text }[];
  measures?: MeasureMeta[];
  can?: { create?: boolean; export?: boolean; import?: boolean };
  children?: { object: string; list: string; link: string }[];
  prints?: (string | { name: string; label: Text })[];
}

/** An item is an object's name, or a hand-written page. */
export type MenuItem = string | { page: string; label: Text; icon?: string };

export interface MenuGroup {
  name: string;
  label: Text;
  items: MenuItem[];
}

export interface Meta {
  version: string | number;
  menu: MenuGroup[];
  objects: Record<string, ObjectMeta>;
  dashboards: { name: string; label: Text }[];
  roles: { name: string; label: Text; door: Door }[];
}

export interface LinkValue {
  id: string;
  title: string;
}

export type FieldValue = string | number | boolean | null | LinkValue | RecordData[] | Record<string, unknown> | unknown[];

export interface RecordData {
  id: string;
  version: number;
  state?: string;
  [field: string]: FieldValue | undefined;
}

export interface ExplanationNode {
  text: Text;
  value?: string | null;
  outcome: "pass" | "fail" | "info";
  children?: ExplanationNode[];
}

export interface Decision {
  id: string;
  kind: string;
  rule: string;
  rule_version: string | number;
  result: string;
  explanation: ExplanationNode;
  inputs?: Record<string, unknown>;
}

export interface RecordReply {
  record: RecordData;
  actions: string[];
  rights: Record<string, "read" | "write">;
  trace?: Decision[];
}

export interface ListReply {
  rows: RecordData[];
  next: string | null;
  total?: number | null;
}

export interface TimelineEntry {
  id: string;
  at: string;
  actor: { id: string; name: string } | null;
  action: string;
  label: Text | string;
  changes: { field: string; from: FieldValue; to: FieldValue }[];
  decisions: Decision[];
}

export interface ListParams {
  filter?: string;
  sort?: string;
  search?: string;
  limit?: number;
  cursor?: string;
  count?: boolean;
}

export interface ImportReply {
  created: number;
  updated: number;
  unchanged?: number;
  errors: { row: number; field?: string | null; code: string; detail: string }[];
}

export interface SearchHit {
  object: string;
  id: string;
  title: string;
  detail?: string | null;
}

export interface Tile {
  label: Text;
  kind: "number" | "line" | "bar" | "pie" | "funnel" | "table";
  width?: number;
  object: string;
  measures: string[];
  by?: string[];
  filter?: string | null;
  sort?: string | null;
  limit?: number | null;
}

export interface Dashboard {
  name: string;
  label: Text;
  tiles: Tile[];
}

export interface QuerySpec {
  object: string;
  measures: string[];
  by?: string[];
  filter?: string;
  sort?: string;
  limit?: number;
}

export interface QueryReply {
  columns: { name: string; label: Text | string; type: string; period?: string | null; object?: string | null }[];
  rows: FieldValue[][];
  /** What was committed before is in it. */
  as_of: string;
}

export interface ProblemBody {
  type?: string;
  title?: string;
  status?: number;
  code?: string;
  detail?: string;
  field?: string | null;
  errors?: { code: string; field?: string | null; detail: string }[];
  request_id?: string;
  record?: RecordData;
}
