import { describe, expect, it } from "vitest";
import type { ObjectMeta } from "@/api/types";
import { bucketFilter, rangeBefore, rangeOf } from "./period";
import { growth } from "./TileCard";

const zone = "Asia/Shanghai";
const now = new Date("2026-02-28T17:00:00Z"); // already March in Shanghai

describe("periods", () => {
  it.each([
    ["month", "2026-03-01", "2026-03-31", "2026-02-01", "2026-02-28"],
    ["quarter", "2026-01-01", "2026-03-31", "2025-10-01", "2025-12-31"],
    ["year", "2026-01-01", "2026-12-31", "2025-01-01", "2025-12-31"],
    ["last12", "2025-04-01", "2026-03-31", "2024-04-01", "2025-03-31"],
  ] as const)("%s", (kind, from, to, beforeFrom, beforeTo) => {
    const range = rangeOf(kind, {}, zone, now);
    expect(range).toEqual({ from, to });
    expect(rangeBefore(kind, range)).toEqual({ from: beforeFrom, to: beforeTo });
  });

  it("has nothing before an open range", () => {
    expect(rangeBefore("all", rangeOf("all", {}, zone, now))).toBeUndefined();
  });
});

describe("drilling", () => {
  const label = { zh: "", en: "" };
  const object: ObjectMeta = {
    name: "deal",
    label,
    fields: [
      { name: "close_on", type: "date", label },
      { name: "partner_id", type: "link", label, to: "partner" },
      { name: "amount", type: "money", label },
    ],
  };
  it.each([
    ["close_on.month", "2026-02", "close_on >= '2026-02-01' and close_on <= '2026-02-28'"],
    ["close_on.quarter", "2026-Q4", "close_on >= '2026-10-01' and close_on <= '2026-12-31'"],
    ["close_on.year", "2026", "close_on >= '2026-01-01' and close_on <= '2026-12-31'"],
    ["partner_id", { id: "9", title: "远航" }, "partner_id == '9'"],
    ["partner_id.tier", "gold", "partner_id.tier == 'gold'"],
    ["partner_id", null, "partner_id == null"],
  ])("%s %o", (by, value, filter) => {
    expect(bucketFilter(object, by, value)).toBe(filter);
  });

  it("tells no growth from nothing", () => {
    expect(growth(5, 0)).toBeUndefined();
    expect(growth(110, 100)).toBe(10);
  });
});
