import { expect, it } from "vitest";
import { inLanguage } from "./metadata";

const has = (name: string) => ["title_zh", "title_en", "name", "size_en"].includes(name);

it.each([
  ["zh-CN" as const, ["title_zh", "name", "size_en"]],
  ["en" as const, ["title_en", "name", "size_en"]],
])("shows the half of a pair that is in the reader's language (%s)", (locale, expected) => {
  expect(inLanguage(["title_zh", "title_en", "name", "size_en"], has, locale)).toEqual(expected);
});
