import { describe, expect, it } from "vitest";
import { type Hint, isAskable, questionOf, verdictOf } from "./hint";

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

  const covered = { covered: true, nearest: null };
  const outside = { covered: false, nearest: null };
  it.each<[Hint, boolean, string | undefined]>([
    [{ answer: "free" }, true, undefined],
    [{ answer: "free", territory: covered }, true, "inside"],
    [{ answer: "free", territory: outside }, false, "outside"],
    [{ answer: "review", territory: outside }, false, "outside"],
    [{ answer: "protected", territory: outside }, true, "outside"],
    [{ answer: "protected", territory: covered }, true, undefined],
  ])("never says yes and no at once: %o", (hint, isAnswerShown, territory) => {
    const verdict = verdictOf(hint);
    expect([verdict.isAnswerShown, verdict.territory]).toEqual([isAnswerShown, territory]);
  });
});
