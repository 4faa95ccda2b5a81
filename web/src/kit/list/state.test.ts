import { expect, test } from "vitest";
import { fieldsOf } from "../metadata";
import { deal } from "../testing";
import { inFile, personalName, personalOf } from "./state";

test("a kept view is a view like a declared one", () => {
  const settings = { kind: "table", columns: ["number"], filter: "tier == 'gold'", sort: "-number", q: "杭州" };
  const view = personalOf({ id: "7", version: 2, name: "我的金牌", object_name: "partner", settings });
  expect(view).toMatchObject(settings);
  expect(view.name).toBe(personalName("7"));
  expect(view.label).toEqual({ zh: "我的金牌", en: "我的金牌" });
  expect(view.personal).toEqual({ id: "7", version: 2 });
});

test("a kept view without settings shows the list as it is", () => {
  const view = personalOf({ id: "8", version: 1, name: "空", object_name: "partner", settings: null });
  expect(view).toMatchObject({ columns: [] });
  expect(view.filter).toBeUndefined();
});

test("an English name goes into a file with the name it stands for", () => {
  const [field] = deal.fields;
  if (!field) throw new Error("no field");
  const fields = fieldsOf({ ...deal, fields: ["code", "name", "name_en", "title_en"].map((name) => ({ ...field, name })) });
  expect(inFile(["code", "name_en"], fields)).toEqual(["code", "name_en", "name"]);
  expect(inFile(["name", "title_en"], fields)).toEqual(["name", "title_en"]);
});
