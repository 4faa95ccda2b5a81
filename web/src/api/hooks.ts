/** Server state as hooks. Keys start with what they hold, so that a live change can invalidate exactly that. */
import {
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { Problem, queryText, request, setCsrf } from "./client";
import type {
  Dashboard,
  ListParams,
  ListReply,
  Meta,
  QueryReply,
  QuerySpec,
  RecordReply,
  SearchHit,
  Session,
  TimelineEntry,
} from "./types";

export const PAGE_SIZE = 50;

function remember(session: Session): Session {
  setCsrf(session.csrf);
  return session;
}

async function readSession(): Promise<Session | null> {
  try {
    return remember(await request<Session>("GET", "/session"));
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

/** null: nobody is signed in. */
export function useSession() {
  return useQuery({ queryKey: ["session"], queryFn: readSession, staleTime: Number.POSITIVE_INFINITY });
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (body: { login: string; password: string }) =>
      remember(await request<Session>("POST", "/session", { body })),
    onSuccess: (session) => {
      // Whoever was here before may have seen more, or less.
      client.removeQueries();
      client.setQueryData(["session"], session);
    },
  });
}

export async function signOut(client: QueryClient) {
  await request<void>("DELETE", "/session");
  client.clear();
}

export const saveLocale = (locale: string) => request<Session>("PATCH", "/session", { body: { locale } });

export function useMeta(enabled = true) {
  return useQuery({
    queryKey: ["meta"],
    queryFn: () => request<Meta>("GET", "/meta"),
    staleTime: 5 * 60_000,
    enabled,
  });
}

const listPath = (object: string, params: ListParams) => `/${object}${queryText({ ...params })}`;

/** One page of a list, for look-ups and small tables. */
export function useRows(object: string, params: ListParams, enabled = true) {
  return useQuery({
    queryKey: ["list", object, "rows", params],
    queryFn: ({ signal }) => request<ListReply>("GET", listPath(object, params), { signal }),
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** A list that grows page by page along the server's cursor. */
export function useList(object: string, params: ListParams, enabled = true) {
  return useInfiniteQuery({
    queryKey: ["list", object, "pages", params],
    queryFn: ({ pageParam, signal }) => {
      const page: ListParams = { limit: PAGE_SIZE, ...params };
      if (pageParam) page.cursor = pageParam;
      else page.count = true;
      return request<ListReply>("GET", listPath(object, page), { signal });
    },
    initialPageParam: "",
    getNextPageParam: (last: ListReply) => last.next ?? undefined,
    placeholderData: keepPreviousData,
    enabled,
  });
}

export function useRecord(object: string, id: string, enabled = true) {
  return useQuery({
    queryKey: ["record", object, id],
    queryFn: () => request<RecordReply>("GET", `/${object}/${id}`),
    enabled,
  });
}

export function useTimeline(object: string, id: string) {
  return useQuery({
    queryKey: ["timeline", object, id],
    queryFn: () => request<{ entries: TimelineEntry[] }>("GET", `/${object}/${id}/timeline`),
  });
}

/** After a write: the reply redraws the record at once, lists and reports follow. */
export function settle(client: QueryClient, object: string, reply: RecordReply | undefined, id?: string) {
  if (reply) client.setQueryData(["record", object, reply.record.id], reply);
  else if (id) client.removeQueries({ queryKey: ["record", object, id] });
  void client.invalidateQueries({ queryKey: ["list", object] });
  void client.invalidateQueries({ queryKey: ["timeline", object] });
  void client.invalidateQueries({ queryKey: ["query"] });
}

export function useSave(object: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, version, values }: { id?: string; version?: number; values: Record<string, unknown> }) =>
      id === undefined
        ? request<RecordReply>("POST", `/${object}`, { body: values })
        : request<RecordReply>("PATCH", `/${object}/${id}`, version === undefined ? { body: values } : { body: values, version }),
    onSuccess: (reply) => settle(client, object, reply),
  });
}

export function useAct(object: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({
      id,
      version,
      action,
      values,
    }: {
      id: string;
      version: number;
      action: string;
      values?: Record<string, unknown>;
    }) => request<RecordReply>("POST", `/${object}/${id}/${action}`, { version, body: values ?? {} }),
    onSuccess: (reply) => settle(client, object, reply),
  });
}

export function useDelete(object: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, version }: { id: string; version: number }) => request<void>("DELETE", `/${object}/${id}`, { version }),
    onSuccess: (_, { id }) => settle(client, object, undefined, id),
  });
}

export function useFigures(spec: QuerySpec) {
  return useQuery({
    queryKey: ["query", spec],
    queryFn: ({ signal }) => request<QueryReply>("POST", "/query", { body: spec, safe: true, signal }),
    placeholderData: keepPreviousData,
  });
}

/** Since when something may be missing in the figures on screen; the oldest of them counts. */
export function useAsOf(): string | undefined {
  const client = useQueryClient();
  const oldest = () => {
    const shown = client.getQueriesData<QueryReply>({ queryKey: ["query"], type: "active" });
    return shown.flatMap(([, reply]) => reply?.as_of ?? []).sort()[0];
  };
  return useSyncExternalStore((told) => client.getQueryCache().subscribe(told), oldest);
}

export function useDashboard(name: string) {
  return useQuery({
    queryKey: ["dashboard", name],
    queryFn: () => request<Dashboard>("GET", `/dashboards/${name}`),
  });
}

export function useSearch(text: string) {
  return useQuery({
    queryKey: ["search", text],
    queryFn: ({ signal }) => request<{ hits: SearchHit[] }>("GET", `/search${queryText({ q: text })}`, { signal }),
    enabled: text.trim().length > 0,
    placeholderData: keepPreviousData,
  });
}

/** A pack's function that only answers (duplicate hint, price preview): asked again whenever its input changes. */
export function useCall<T>(name: string, body: unknown, enabled = true) {
  return useQuery({
    queryKey: ["call", name, body],
    queryFn: ({ signal }) => request<T>("POST", `/call/${name}`, { body, safe: true, signal }),
    placeholderData: keepPreviousData,
    enabled,
  });
}

/** A pack's function that does something: sent once per intent, like every write. */
export function useCallWrite<T>(name: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: unknown) => request<T>("POST", `/call/${name}`, { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["list"] }),
  });
}
