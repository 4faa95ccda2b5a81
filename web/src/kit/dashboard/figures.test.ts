import { expect, it } from "vitest";
import type { FieldMeta, MeasureMeta, ObjectMeta, Tile } from "@/api/types";
import { drillFilter } from "./figures";

const label = { zh: "", en: "" };
const date = (name: string): FieldMeta => ({ name, type: "date", label });
const measure = (name: string, more: Partial<MeasureMeta>): MeasureMeta => ({ name, label, aggregate: "count", ...more });
const opportunity: ObjectMeta = {
  name: "opportunity",
  label,
  fields: [date("closed_on"), date("created_on"), { name: "partner_id", type: "link", to: "partner", label }],
  measures: [
    measure("all_count", { date: "created_on" }),
    measure("won_count", { filter: "state == 'won'", date: "closed_on" }),
    measure("closed_count", { filter: "state in ['won', 'lost']", date: "closed_on" }),
    measure("win_rate", {
      aggregate: "ratio",
      numerator: "won_count",
      denominator: "closed_count",
      filter: "",
      date: "closed_on",
    }),
  ],
};
const tile = (measures: string[], more: Partial<Tile> = {}): Tile => ({
  label,
  kind: "number",
  object: "opportunity",
  measures,
  ...more,
});
const year = { from: "2026-01-01", to: "2026-12-31" };
const inYear = (field: string) => `${field} >= '2026-01-01' and ${field} <= '2026-12-31'`;

it.each([
  ["a count", tile(["won_count"]), undefined, `state == 'won' and ${inYear("closed_on")}`],
  ["a ratio opens what it divides by", tile(["win_rate"]), undefined, `state in ['won', 'lost'] and ${inYear("closed_on")}`],
  ["a count of everything", tile(["all_count"]), undefined, inYear("created_on")],
  [
    "a figure of a table under the table's period",
    tile(["all_count", "win_rate"]),
    "win_rate",
    `state in ['won', 'lost'] and ${inYear("created_on")}`,
  ],
  [
    "a tile's own condition is said once",
    tile(["win_rate"], { filter: "state in ['won', 'lost']" }),
    undefined,
    `state in ['won', 'lost'] and ${inYear("closed_on")}`,
  ],
] as const)("%s", (_, given, picked, expected) => {
  expect(drillFilter(opportunity, given, year, undefined, picked)).toBe(expected);
});

it("adds the row's group", () => {
  const given = tile(["win_rate"], { kind: "table", by: ["partner_id"] });
  const row = [{ id: "9", title: "远航" }, "50"];
  expect(drillFilter(opportunity, given, {}, row, "win_rate")).toBe("state in ['won', 'lost'] and partner_id == '9'");
});
