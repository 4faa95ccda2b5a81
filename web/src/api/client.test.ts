import { afterEach, expect, it, vi } from "vitest";
import { Problem, request, setCsrf, Unreachable } from "./client";
import { serve } from "./testing";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const keyOf = (sent: { headers: Headers }) => sent.headers.get("idempotency-key");

it("keeps the key of an intent until an answer was heard", async () => {
  vi.useFakeTimers();
  setCsrf("token");
  const sent = serve(
    { status: 0, body: null },
    { status: 0, body: null },
    { status: 0, body: null },
    { status: 201, body: {} },
    { status: 201, body: {} },
  );
  const first = request("POST", "/deal", { body: { a: 1 } }).catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  expect(await first).toBeInstanceOf(Unreachable);
  await request("POST", "/deal", { body: { a: 1 } });
  await request("POST", "/deal", { body: { a: 1 } });
  const keys = sent.map(keyOf);
  expect(new Set(keys.slice(0, 4)).size).toBe(1);
  expect(keys[4]).not.toBe(keys[0]);
  expect(sent[0]?.headers.get("x-csrf-token")).toBe("token");
});

it("sends the version it changes, and reads a refusal by field", async () => {
  const body = {
    code: "field.type",
    detail: "错误",
    errors: [{ code: "field.type", field: "amount", detail: "不是数字" }],
    request_id: "r1",
  };
  const sent = serve({ status: 400, body });
  const error = await request("PATCH", "/deal/1", { version: 3, body: {} }).catch((caught: unknown) => caught);
  expect(sent[0]?.headers.get("if-match")).toBe('"3"');
  expect(error).toBeInstanceOf(Problem);
  expect(error).toMatchObject({ status: 400, code: "field.type", requestId: "r1", fields: { amount: ["不是数字"] } });
});

it("never sends an import twice by itself", async () => {
  const sent = serve({ status: 503, body: { code: "busy", detail: "忙" } });
  await request("POST", "/deal/import", { raw: { content: "a", type: "text/csv" }, once: true }).catch(() => undefined);
  expect(sent).toHaveLength(1);
});

it("gives reads no key", async () => {
  const sent = serve({ status: 200, body: { rows: [] } });
  await request("GET", "/deal");
  expect(sent.map(keyOf)).toEqual([null]);
});
