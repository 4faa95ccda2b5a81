import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { en } from "./en";
import { zh } from "./zh";

const SOURCES = join(import.meta.dirname, "..");
const isText = (path: string) => /^i18n\/(screens\.)?(zh|en)\.ts$/.test(path.replaceAll("\\", "/"));
const code = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path) && !isText(path))
  .map((path) => readFileSync(join(SOURCES, path), "utf8"))
  .join("\n");
const quoted = new Set(Array.from(code.matchAll(/"([\w.]+)"/g), (match) => match[1]));
/** Keys put together: `deal.hint.${answer}`. */
const beginnings = Array.from(code.matchAll(/`([\w.]+\.)\$\{/g), (match) => match[1] ?? "");

it("keeps no text that nothing shows", () => {
  const used = (key: string) => quoted.has(key) || beginnings.some((beginning) => key.startsWith(beginning));
  expect(Object.keys(zh).filter((key) => !used(key))).toEqual([]);
});

it("fills in what stands in double braces only", () => {
  const holes = (text: string) => text.replaceAll(/\{\{\w+\}\}/g, "");
  const odd = [zh, en].flatMap((texts) => Object.entries(texts).filter(([, text]) => /[{}]/.test(holes(text))));
  expect(odd).toEqual([]);
});
