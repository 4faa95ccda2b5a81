import { expect, it } from "vitest";
import { bucketFilter } from "./buckets";

it.each([
  ["not_due", "open_amount > 0 and due_on > '2026-03-31'"],
  ["days_0_30", "open_amount > 0 and due_on <= '2026-03-31' and due_on >= '2026-03-01'"],
  ["days_31_60", "open_amount > 0 and due_on <= '2026-02-28' and due_on >= '2026-01-30'"],
  ["days_over_90", "open_amount > 0 and due_on <= '2025-12-30'"],
  ["total", "open_amount > 0"],
] as const)("leads from %s to its receivables", (bucket, filter) => expect(bucketFilter(bucket, "2026-03-31")).toBe(filter));
