/** The state of a list lives in the address: view, filter, order, columns, shape, and the record peeked at. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useRows } from "@/api/hooks";
import type { FieldMeta, ObjectMeta, RecordData, ViewMeta } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useKit } from "../context";
import { defaultColumns, fieldsOf, inLanguage, viewsOf } from "../metadata";
import { both, quote } from "./conditions";

export interface ListSearch {
  view?: string;
  filter?: string;
  sort?: string;
  q?: string;
  columns?: string;
  shape?: "table" | "kanban";
  peek?: string;
}

const NAMES = ["view", "filter", "sort", "q", "columns", "peek"] as const;

export function readListSearch(raw: Record<string, unknown>): ListSearch {
  const search: ListSearch = {};
  for (const name of NAMES) {
    const value = raw[name];
    if (typeof value === "string" && value) search[name] = value;
  }
  if (raw.shape === "table" || raw.shape === "kanban") search.shape = raw.shape;
  return search;
}

/** What a person keeps of a list, as the record `saved_view` holds it. */
export interface ViewSettings extends Partial<Pick<ViewMeta, "kind" | "columns" | "filter" | "sort">> {
  q?: string;
}

export interface PersonalView extends ViewMeta, ViewSettings {
  personal: { id: string; version: number };
}

const PERSONAL = "my-";

export const personalName = (id: string) => `${PERSONAL}${id}`;

const isPersonal = (name: string | undefined) => Boolean(name?.startsWith(PERSONAL));

export function personalOf(row: RecordData): PersonalView {
  const name = String(row.name ?? "");
  const settings = (row.settings ?? {}) as ViewSettings;
  const personal = { id: row.id, version: row.version };
  return { ...settings, columns: settings.columns ?? [], personal, name: personalName(row.id), label: { zh: name, en: name } };
}

/** The person's own views of the object, on whatever device they were kept. */
function usePersonal(object: ObjectMeta) {
  const { meta } = useKit();
  const filter = `object_name == ${quote(object.name)}`;
  const can = Boolean(meta.objects.saved_view);
  const query = useRows("saved_view", { filter, sort: "created_at", limit: 100 }, can);
  const { data } = query;
  const views = useMemo(
    () => (data?.rows ?? []).filter((row) => row.object_name === object.name).map(personalOf),
    [data, object.name],
  );
  const isSure = !can || (query.isSuccess && query.fetchStatus === "idle");
  return { views, isSure, error: query.error, retry: () => void query.refetch() };
}

/** A wanted view that is not known yet: what keeps it, and how to ask again. */
export interface UnknownView {
  error: Error | null;
  retry: () => void;
}

/** Columns of a file: an English name goes with the name it stands for, which some records have alone. */
export const inFile = (columns: string[], fields: Map<string, FieldMeta>): string[] => [
  ...new Set(columns.flatMap((name) => [name, name.replace(/_en$/, "")].filter((one) => fields.has(one)))),
];

export function useListState(object: ObjectMeta) {
  const { session } = useKit();
  const { locale } = useLanguage();
  const search = readListSearch(useSearch({ strict: false }) as Record<string, unknown>);
  const navigate = useNavigate();
  const { views: personal, isSure, error, retry } = usePersonal(object);
  const declared = useMemo(() => viewsOf(object, session.user.roles), [object, session.user.roles]);
  const views: (ViewMeta | PersonalView)[] = [...declared, ...personal];
  const found = views.find((one) => one.name === search.view);
  const view: ViewMeta | PersonalView = found ?? (declared[0] as ViewMeta);
  // Another view in its place would show, and export, other records than were asked for.
  const unknown: UnknownView | undefined = !found && isPersonal(search.view) && !isSure ? { error, retry } : undefined;

  const peeking = Boolean(search.peek);
  const change = useCallback(
    (next: Partial<Record<keyof ListSearch, string | undefined>>, given?: boolean) => {
      // Back closes the look at a record first, then leaves the list.
      const replace = given ?? !(next.peek && !peeking);
      void navigate({ to: ".", search: ((old: ListSearch) => readListSearch({ ...old, ...next })) as never, replace });
    },
    [navigate, peeking],
  );

  const fields = fieldsOf(object);
  const wanted = search.columns?.split(",") ?? (view.columns?.length ? view.columns : defaultColumns(object));
  const columns = inLanguage(wanted, (name) => fields.has(name), locale).filter((name) => fields.has(name));
  return {
    search,
    views,
    view,
    unknown,
    personal: personal.find((one) => one.name === view.name)?.personal,
    columns,
    exported: inFile(columns, fields),
    fields,
    shape: search.shape ?? view.kind ?? "table",
    sort: search.sort ?? view.sort ?? "",
    filter: both(view.filter, search.filter),
    text: search.q ?? "",
    change,
  };
}

export type ListState = ReturnType<typeof useListState>;
