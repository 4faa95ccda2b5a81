/**
 * Live updates: the server names the object that changed, and only what shows it is read again. A burst becomes one refresh; reports,
 * which are dear, are asked for at most every few seconds.
 */
import type { Query, QueryClient } from "@tanstack/react-query";
import type { QuerySpec } from "./types";

const BURST_MS = 400;
const REPORT_PAUSE_MS = 12_000;
const REOPEN_MS = 1_000;
const REOPEN_MAX_MS = 60_000;

/** Stands for every object: after a gap nobody knows what changed. */
const EVERYTHING = "";

/** The object a query shows; its key starts with what it holds (hooks.ts). */
function objectOf({ queryKey: [kind, of] }: Query): string | undefined {
  if (kind === "query") return (of as QuerySpec).object;
  return kind === "list" || kind === "record" || kind === "timeline" ? String(of) : undefined;
}

/** Gathers names and reads again what shows them, never sooner than a pause after the time before. */
function refresher(client: QueryClient, concerns: (query: Query) => boolean, pause: number) {
  const changed = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = 0;
  const flush = () => {
    timer = undefined;
    last = Date.now();
    const now = new Set(changed);
    changed.clear();
    for (const query of client.getQueryCache().findAll({ predicate: concerns })) {
      const object = objectOf(query);
      if (object === undefined || !(now.has(object) || now.has(EVERYTHING))) continue;
      // An answer under way may be older than the change: it is let come, and asked for again afterwards.
      if (query.state.fetchStatus === "fetching") add(object);
      else void client.invalidateQueries({ queryKey: query.queryKey, exact: true });
    }
  };
  const add = (object: string) => {
    changed.add(object);
    timer ??= setTimeout(flush, Math.max(BURST_MS, last + pause - Date.now()));
  };
  return { add, stop: () => clearTimeout(timer) };
}

/** Listens until the answer is called. A stream the server refused or ended is opened again, and what was missed is read. */
export function listen(client: QueryClient): () => void {
  if (typeof EventSource === "undefined") return () => undefined;
  const isReport = (query: Query) => query.queryKey[0] === "query";
  const reports = refresher(client, isReport, REPORT_PAUSE_MS);
  const records = refresher(client, (query) => !isReport(query), 0);
  const add = (object: string) => {
    records.add(object);
    reports.add(object);
  };
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause = REOPEN_MS;
  let broken = false;
  const open = () => {
    source = new EventSource("/api/v1/events");
    source.onopen = () => {
      if (broken) add(EVERYTHING);
      broken = false;
      pause = REOPEN_MS;
    };
    source.addEventListener("change", (event) => {
      const { object = EVERYTHING } = JSON.parse((event as MessageEvent<string>).data) as { object?: string };
      add(object);
    });
    source.onerror = () => {
      broken = true;
      // After a broken connection the browser tries again by itself; after a refusal it gives up.
      if (source.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, pause);
      pause = Math.min(pause * 2, REOPEN_MAX_MS);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    records.stop();
    reports.stop();
    source.close();
  };
}
