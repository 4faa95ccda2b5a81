/** The state of a list lives in the address: view, filter, order, columns, shape, and the record peeked at. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import type { ObjectMeta, ViewMeta } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useKit } from "../context";
import { defaultColumns, fieldsOf, inLanguage, viewsOf } from "../metadata";
import { useStored } from "../stored";
import { both } from "./conditions";

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

export interface PersonalView extends ViewMeta {
  personal: true;
  q?: string;
}

export function useListState(object: ObjectMeta) {
  const { session } = useKit();
  const { locale } = useLanguage();
  const search = readListSearch(useSearch({ strict: false }) as Record<string, unknown>);
  const navigate = useNavigate();
  const [personal, setPersonal] = useStored<PersonalView[]>(`qudao.views.${session.user.id}.${object.name}`, []);
  const declared = useMemo(() => viewsOf(object, session.user.roles), [object, session.user.roles]);
  const views: (ViewMeta | PersonalView)[] = [...declared, ...personal];
  const view = views.find((one) => one.name === search.view) ?? (declared[0] as ViewMeta);

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
  const isPersonal = "personal" in view;
  return {
    search,
    views,
    view,
    isPersonal,
    columns,
    fields,
    shape: search.shape ?? view.kind ?? "table",
    sort: search.sort ?? view.sort ?? "",
    filter: both(view.filter, search.filter),
    text: search.q ?? "",
    change,
    personal,
    setPersonal,
  };
}

export type ListState = ReturnType<typeof useListState>;
