import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { listen } from "./events";

class Source {
  static readonly CLOSED = 2;
  static opened: Source[] = [];
  readyState = 1;
  onopen: () => void = () => undefined;
  onerror: () => void = () => undefined;
  private hear: (event: { data: string }) => void = () => undefined;
  constructor() {
    Source.opened.push(this);
  }
  addEventListener(_: string, hear: (event: { data: string }) => void) {
    this.hear = hear;
  }
  say(object: string) {
    this.hear({ data: JSON.stringify({ object }) });
  }
  refuse() {
    this.readyState = Source.CLOSED;
    this.onerror();
  }
  close() {}
}

let client: QueryClient;
let stop: () => void;
const asked: string[] = [];

function watch(queryKey: unknown[], milliseconds = 10) {
  const queryFn = async () => {
    asked.push(JSON.stringify(queryKey));
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return asked.length;
  };
  return new QueryObserver(client, { queryKey, queryFn, staleTime: Number.POSITIVE_INFINITY }).subscribe(() => undefined);
}
const count = (queryKey: unknown[]) => asked.filter((key) => key === JSON.stringify(queryKey)).length;
const current = () => Source.opened.at(-1) as Source;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Source);
  asked.length = 0;
  Source.opened = [];
  client = new QueryClient();
  stop = listen(client);
});
afterEach(() => {
  stop();
  client.clear();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("reads again only what shows the changed object", async () => {
  const orders = ["list", "sales_order", "rows"];
  const deals = ["query", { object: "deal_registration", measures: [] }];
  watch(orders);
  watch(deals);
  await vi.advanceTimersByTimeAsync(50);
  current().say("sales_order");
  await vi.advanceTimersByTimeAsync(1_000);
  expect([count(orders), count(deals)]).toEqual([2, 1]);
});

it("lets a slow report arrive under steady changes, and asks for it seldom", async () => {
  const report = ["query", { object: "sales_order", measures: [] }];
  watch(report, 900);
  for (let round = 0; round < 300; round++) {
    current().say("sales_order");
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(client.getQueryData(report)).toBeTypeOf("number");
  expect(count(report)).toBeLessThanOrEqual(4);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(client.getQueryState(report)?.isInvalidated).toBe(false);
});

it("opens a refused stream again, ever more slowly, and then reads what it missed", async () => {
  const orders = ["list", "sales_order", "rows"];
  watch(orders);
  current().refuse();
  await vi.advanceTimersByTimeAsync(1_000);
  current().refuse();
  await vi.advanceTimersByTimeAsync(1_900);
  expect(Source.opened).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(200);
  expect(Source.opened).toHaveLength(3);
  current().onopen();
  await vi.advanceTimersByTimeAsync(500);
  expect(count(orders)).toBe(2);
});
