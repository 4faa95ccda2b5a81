import { afterEach, describe, expect, it } from "vitest";
import type { ObjectMeta } from "@/api/types";
import { inLanguage, titleFields, titleOf } from "./metadata";

const has = (name: string) => ["title_zh", "title_en", "name", "size_en"].includes(name);

it.each([
  ["zh-CN" as const, ["title_zh", "name", "size_en"]],
  ["en" as const, ["title_en", "name", "size_en"]],
])("shows the half of a pair that is in the reader's language (%s)", (locale, expected) => {
  expect(inLanguage(["title_zh", "title_en", "name", "size_en"], has, locale)).toEqual(expected);
});

it.each([
  ["zh-CN" as const, ["code", "name"], ["code", "name"]],
  ["en" as const, ["code", "name"], ["code", "name_en"]],
  ["en" as const, ["name", "name_en"], ["name", "name_en"]],
])("lists a name in English where it has one (%s, %s)", (locale, names, expected) => {
  expect(inLanguage(names, (name) => ["code", "name", "name_en"].includes(name), locale)).toEqual(expected);
});

describe("what a record is called", () => {
  const label = { zh: "", en: "" };
  const named = (title: string, ...names: string[]): ObjectMeta => ({
    name: "thing",
    label,
    title,
    fields: names.map((name) => ({ name, type: "text", label })),
  });
  const industry = named("name", "code", "name", "name_en");
  const notice = named("title_zh", "title_zh", "title_en");
  afterEach(() => {
    document.documentElement.lang = "zh-CN";
  });

  it.each([
    ["zh-CN", industry, { name: "化工", name_en: "Chemicals" }, "化工"],
    ["en", industry, { name: "化工", name_en: "Chemicals" }, "Chemicals"],
    ["en", industry, { name: "化工", name_en: "" }, "化工"],
    ["en", named("name", "name"), { name: "澜禾", name_en: "unknown field" }, "澜禾"],
    ["zh-CN", notice, { title_zh: "待办", title_en: "To do" }, "待办"],
    ["en", notice, { title_zh: "待办", title_en: "To do" }, "To do"],
    ["en", named("customer_id", "customer_id"), { customer_id: { id: "3", title: "浦江" } }, "浦江"],
    ["en", undefined, { number: "SO-1" }, "SO-1"],
    ["en", undefined, {}, "#9"],
  ])("%s", (lang, object, record, expected) => {
    document.documentElement.lang = lang;
    expect(titleOf(object, { id: "9", version: 1, ...record })).toBe(expected);
  });

  it("knows every field of a title", () => {
    expect(titleFields(industry)).toEqual(["name", "name_en"]);
    expect(titleFields(notice)).toEqual(["title_zh", "title_en"]);
  });
});
