/** Live updates: the server names what changed, and only those queries are read again. A burst becomes one refresh. */
import type { QueryClient } from "@tanstack/react-query";

const BURST_MS = 400;

export function listen(client: QueryClient, onNotice: () => void): () => void {
  if (typeof EventSource === "undefined") return () => undefined;
  const source = new EventSource("/api/v1/events");
  const lists = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    timer = undefined;
    for (const object of lists) void client.invalidateQueries({ queryKey: ["list", object] });
    if (lists.size) void client.invalidateQueries({ queryKey: ["query"] });
    lists.clear();
  };
  source.addEventListener("change", (event) => {
    const change = JSON.parse((event as MessageEvent<string>).data) as { object: string; id: string; version: number };
    const known = client.getQueryData<{ record: { version: number } }>(["record", change.object, change.id]);
    if (known && known.record.version !== change.version) {
      void client.invalidateQueries({ queryKey: ["record", change.object, change.id] });
      void client.invalidateQueries({ queryKey: ["timeline", change.object, change.id] });
    }
    lists.add(change.object);
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
