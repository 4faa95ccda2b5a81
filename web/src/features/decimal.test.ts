import { describe, expect, it } from "vitest";
import { add, decimal, isPositive, share, steps, subtract } from "./decimal";

describe("decimal text", () => {
  it.each([
    ["0.10", "0.20", "0.3"],
    ["99999999999999.9999", "0.0001", "100000000000000"],
    ["-5", "2.5", "-2.5"],
    [undefined, "1", "1"],
  ])("adds %s and %s", (left, right, sum) => expect(add(left, right)).toBe(sum));

  it("takes away below zero", () => expect(subtract("1", "1.5")).toBe("-0.5"));
  it("reads nothing as nothing", () => expect([steps("x"), steps(null), decimal(0n)]).toEqual([0n, 0n, "0"]));
  it("knows what is positive", () => expect(["0", "0.0001", "-1"].map(isPositive)).toEqual([false, true, false]));
  it("keeps shares within a bar", () => expect([share("50", "200"), share("9", "3"), share("1", "0")]).toEqual([25, 100, 0]));
});
