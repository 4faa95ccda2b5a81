/** The state of a list lives in the address: view, filter, order, columns, shape, and the record peeked at. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useRows } from "@/api/hooks";
import type { ObjectMeta, RecordData, ViewMeta } from "@/api/types";
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

export const personalName = (id: string) => `my-${id}`;

export function personalOf(row: RecordData): PersonalView {
  const name = String(row.name ?? "");
  const settings = (row.settings ?? {}) as ViewSettings;
  const personal = { id: row.id, version: row.version };
  return { ...settings, columns: settings.columns ?? [], personal, name: personalName(row.id), label: { zh: name, en: name } };
}

/** The person's own views of the object, on whatever device they were kept. */
function usePersonal(object: ObjectMeta): PersonalView[] {
  const { meta } = useKit();
  const filter = `object_name == ${quote(object.name)}`;
  const { data } = useRows("saved_view", { filter, sort: "created_at", limit: 100 }, Boolean(meta.objects.saved_view));
  return useMemo(() => (data?.rows ?? []).filter((row) => row.object_name === object.name).map(personalOf), [data, object.name]);
}

export function useListState(object: ObjectMeta) {
  const { session } = useKit();
  const { locale } = useLanguage();
  const search = readListSearch(useSearch({ strict: false }) as Record<string, unknown>);
  const navigate = useNavigate();
  const personal = usePersonal(object);
  const declared = useMemo(() => viewsOf(object, session.user.roles), [object, session.user.roles]);
  const views: (ViewMeta | PersonalView)[] = [...declared, ...personal];
  const view: ViewMeta | PersonalView = views.find((one) => one.name === search.view) ?? (declared[0] as ViewMeta);

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
    personal: personal.find((one) => one.name === view.name)?.personal,
    columns,
    fields,
    shape: search.shape ?? view.kind ?? "table",
    sort: search.sort ?? view.sort ?? "",
    filter: both(view.filter, search.filter),
    text: search.q ?? "",
    change,
  };
}

export type ListState = ReturnType<typeof useListState>;
