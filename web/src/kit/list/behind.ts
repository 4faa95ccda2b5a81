/**
 * The address of a list that shows exactly the records of a condition.
 * A list opens with its first view, which may leave records out: a view without a condition of its own is asked for instead.
 */
import type { ObjectMeta } from "@/api/types";
import { viewsOf } from "../metadata";
import type { ListSearch } from "./state";

export function recordsBehind(object: ObjectMeta, roles: string[], filter: string): ListSearch {
  const search: ListSearch = filter ? { filter } : {};
  const whole = viewsOf(object, roles).filter((view) => !view.filter);
  const view = whole.find((one) => one.kind !== "kanban") ?? whole[0];
  if (view) search.view = view.name;
  if (view?.kind === "kanban") search.shape = "table";
  return search;
}
