/** Stands in for the server in tests. */
import { vi } from "vitest";

export interface Sent {
  method: string;
  path: string;
  headers: Headers;
  body: unknown;
}

/** Answers every request in order; the last answer repeats. Returns what was sent. */
export function serve(...answers: { status: number; body: unknown }[]): Sent[] {
  const sent: Sent[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const answer = answers[Math.min(sent.length, answers.length - 1)] ?? { status: 200, body: {} };
    sent.push({
      method: init.method ?? "GET",
      path,
      headers: init.headers as Headers,
      body:
        init.body && !String((init.headers as Headers).get("content-type")).includes("csv")
          ? JSON.parse(String(init.body))
          : init.body,
    });
    if (answer.status === 0) throw new TypeError("network");
    return new Response(JSON.stringify(answer.body), { status: answer.status });
  });
  return sent;
}
