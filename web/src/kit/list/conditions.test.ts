import { describe, expect, it } from "vitest";
import type { FieldMeta } from "@/api/types";
import { both, type Condition, readFilter, writeFilter } from "./conditions";

const field = (name: string, type: FieldMeta["type"]): [string, FieldMeta] => [
  name,
  { name, type, label: { zh: name, en: name } },
];
const fields = new Map([
  field("name", "text"),
  field("amount", "money"),
  field("state", "choice"),
  field("owner_id", "link"),
  field("tender", "boolean"),
  field("close_on", "date"),
  field("division", "division"),
]);

const cases: [Condition, string][] = [
  [{ field: "name", operator: "contains", values: ["O'Brien"] }, "contains(name, 'O\\'Brien')"],
  [{ field: "amount", operator: ">=", values: ["1000.50"] }, "amount >= 1000.50"],
  [{ field: "state", operator: "in", values: ["draft", "won"] }, "state in ['draft', 'won']"],
  [{ field: "owner_id", operator: "==", values: ["me"] }, "owner_id == me"],
  [{ field: "owner_id", operator: "==", values: ["123"] }, "owner_id == '123'"],
  [{ field: "tender", operator: "==", values: ["true"] }, "tender == true"],
  [{ field: "close_on", operator: "<=", values: ["2026-01-31"] }, "close_on <= '2026-01-31'"],
  [{ field: "close_on", operator: ">=", values: ["today"] }, "close_on >= today"],
  [{ field: "division", operator: "within", values: ["440000"] }, "starts_with(division, '44')"],
  [{ field: "name", operator: "empty", values: [] }, "name == null"],
  [{ field: "name", operator: "filled", values: [] }, "name != null"],
];

describe("chips and expressions", () => {
  it.each(cases)("writes %o and reads it back", (condition, expression) => {
    expect(writeFilter([condition], fields)).toBe(expression);
    expect(readFilter(expression)).toEqual([condition]);
  });

  it("joins conditions and takes them apart again", () => {
    const all = cases.map(([condition]) => condition);
    expect(readFilter(writeFilter(all, fields))).toEqual(all);
  });

  it.each(["a == 1 or b == 2", "not (a == 1)", "days_between(a, today) > 3", "a == b", "a ==", "a == 'x", "(a == 1)"])(
    "leaves %s whole",
    (expression) => {
      expect(readFilter(expression)).toBeNull();
    },
  );

  it("says once what is given twice", () => {
    expect(readFilter("name != null and amount > 5 and name != null")).toEqual(readFilter("name != null and amount > 5"));
    expect(both("a == 1 or b == 2", "c == 3", "a == 1 or b == 2")).toBe("(a == 1 or b == 2) and c == 3");
  });

  it("puts brackets around what could fall apart", () => {
    expect(both("a == 1 or b == 2", "", "c == 3")).toBe("(a == 1 or b == 2) and c == 3");
    expect(both("a == 1", null, undefined)).toBe("a == 1");
  });
});
