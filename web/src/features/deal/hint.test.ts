import { describe, expect, it } from "vitest";
import { isAskable, questionOf } from "./hint";

describe("duplicate hint", () => {
  it.each([
    ["浦", false],
    ["浦江", true],
    ["AB", false],
    ["ABB", true],
    ["", false],
  ])("asks for %j: %s", (name, expected) => expect(isAskable(name)).toBe(expected));

  it("asks with what is filled in, links by id", () => {
    const values = {
      customer_name: " 浦江 ",
      domain: "",
      contact_phone: "021",
      industry_id: { id: "7", title: "教育" },
      amount: "9",
    };
    expect(questionOf(values)).toEqual({ customer_name: "浦江", contact_phone: "021", industry_id: "7" });
  });
});
