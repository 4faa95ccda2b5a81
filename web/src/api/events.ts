/** Live updates: the server names what changed, and only those queries are read again. A burst becomes one refresh. */
import type { QueryClient } from "@tanstack/react-query";

const BURST_MS = 400;

interface Change {
  object: string;
  id: string;
  version: number;
}

export function listen(client: QueryClient, onNotice: () => void): () => void {
  if (typeof EventSource === "undefined") return () => undefined;
  const source = new EventSource("/api/v1/events");
  const lists = new Set<string>();
  const records = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    timer = undefined;
    // No name: the server lost count of the changes, so everything shown is asked again.
    const keyed = (kind: string, object: string) => ({ queryKey: object ? [kind, object] : [kind] });
    for (const object of lists) void client.invalidateQueries(keyed("list", object));
    for (const object of records) {
      void client.invalidateQueries(keyed("record", object));
      void client.invalidateQueries(keyed("timeline", object));
    }
    void client.invalidateQueries({ queryKey: ["query"] });
    lists.clear();
    records.clear();
  };
  source.addEventListener("change", (event) => {
    const { object = "", id, version } = JSON.parse((event as MessageEvent<string>).data) as Partial<Change>;
    const known = id ? client.getQueryData<{ record: { version: number } }>(["record", object, id]) : undefined;
    if (!known || known.record.version !== version) records.add(object);
    lists.add(object);
    timer ??= setTimeout(flush, BURST_MS);
  });
  source.addEventListener("notice", () => {
    lists.add("notice");
    lists.add("task");
    timer ??= setTimeout(flush, BURST_MS);
    onNotice();
  });
  return () => {
    if (timer) clearTimeout(timer);
    source.close();
  };
}
