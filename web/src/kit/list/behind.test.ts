import { expect, it } from "vitest";
import type { ObjectMeta, ViewMeta } from "@/api/types";
import { recordsBehind } from "./behind";

const label = { zh: "", en: "" };
const view = (name: string, more: Partial<ViewMeta> = {}): ViewMeta => ({ name, label, ...more });
const object = (...views: ViewMeta[]): ObjectMeta => ({ name: "thing", label, fields: [], views });

it.each([
  ["passes over a view that leaves records out", [view("open", { filter: "open" }), view("all")], { view: "all" }],
  ["passes over the board", [view("board", { kind: "kanban" }), view("all", { filter: "" })], { view: "all" }],
  ["draws a board alone as a table", [view("board", { kind: "kanban" })], { view: "board", shape: "table" }],
  ["passes over another role's view", [view("own", { filter: "a" }), view("all", { roles: ["clerk"] })], {}],
  ["takes the plain view of an object without any", [], { view: "all" }],
])("%s", (_, views, expected) => {
  expect(recordsBehind(object(...views), ["manager"], "amount > 5")).toEqual({ filter: "amount > 5", ...expected });
});
