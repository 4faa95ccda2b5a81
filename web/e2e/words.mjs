/**
 * What people read, in the language of a play, taken from where the product has it: the application's texts by key, declared labels
 * by name. Only sentences that rules write, and names of the demonstration, stand here.
 */
import assert from "node:assert/strict";
import { runnerImport } from "vite";

const FILES = { "zh-CN": ["zh", "/src/i18n/zh.ts"], en: ["en", "/src/i18n/en.ts"] };
const SENTENCES = {
  noEarlier: { zh: "没有在先的相同客户", en: "Nobody has claimed this customer before" },
  priceRule: { zh: "价格政策", en: "Price rule" },
  outside: { zh: "不在授权区域内，最接近的授权区域是", en: "is outside the territory; the nearest territory is" },
  machinery: { zh: "机械制造", en: "Machinery" },
  creditHeld: { zh: "信用额度充足，已占用", en: "Credit suffices and is held" },
};
const HAN = /\p{Script=Han}/u;

async function textsOf(locale) {
  const [name, path] = FILES[locale];
  const root = new URL("..", import.meta.url).pathname;
  const { module } = await runnerImport(path, { root, configFile: false, logLevel: "error" });
  return module[name];
}

const quoted = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Every declared text below a value. */
function* declared(value) {
  if (typeof value !== "object" || value === null) return;
  if (typeof value.zh === "string" && typeof value.en === "string") yield value;
  for (const part of Object.values(value)) yield* declared(part);
}

export async function wordsOf(locale) {
  const texts = await textsOf(locale);
  const chinese = Object.values(locale === "en" ? await textsOf("zh-CN") : {});
  const pick = (text) => (locale === "en" ? text.en : text.zh);
  const t = (key, values = {}) => {
    assert.ok(texts[key], `a text ${key}`);
    return texts[key].replace(/\{\{(\w+)\}\}/g, (hole, name) => values[name] ?? hole);
  };
  return {
    locale,
    pick,
    t,
    /** A text whose values are not known. */
    like: (key) => new RegExp(`^${quoted(t(key)).replace(/\\\{\\\{\w+\\\}\\\}/g, ".+")}$`),
    /** The same, anywhere in a longer one. */
    within: (key) => new RegExp(quoted(t(key)).replace(/\\\{\\\{\w+\\\}\\\}/g, ".+")),
    sentence: (name) => pick(SENTENCES[name]),
    /** Texts of the product that nobody should meet who reads English. */
    foreign: (meta) =>
      locale === "en"
        ? [...chinese, ...[...declared(meta)].filter(({ en }) => !HAN.test(en)).map(({ zh }) => zh)].filter((text) =>
            HAN.test(text),
          )
        : [],
  };
}
