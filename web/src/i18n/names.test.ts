import { expect, it } from "vitest";
import { inside, many } from "./names";

const both = (en: string) => ({ zh: "名", en });

it.each([
  ["Deal registration", "Deal registrations"],
  ["Opportunity", "Opportunities"],
  ["To-do", "To-dos"],
  ["API key", "API keys"],
  ["Safety stock", "Safety stock"],
])("a list of %s is called %s", (one, list) => {
  expect(many(both(one))).toEqual({ zh: "名", en: list });
});

it("loses its capital within a sentence, abbreviations keep theirs", () => {
  expect([inside(both("Sales order")).en, inside(both("API key")).en]).toEqual(["sales order", "API key"]);
});
