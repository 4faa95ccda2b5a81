/** Language: the application's texts by key, declared texts by locale, and the document's language. Chinese is the first language. */
import i18next from "i18next";
import { useCallback, useMemo } from "react";
import { initReactI18next, useTranslation } from "react-i18next";
import type { Text } from "@/api/types";
import type { TextKey } from "./zh";

export type Locale = "zh-CN" | "en";
export type { TextKey };

const STORED = "qudao.locale";

export function asLocale(name: string | null | undefined): Locale {
  return name?.toLowerCase().startsWith("en") ? "en" : "zh-CN";
}

function firstLocale(): Locale {
  const stored = localStorage.getItem(STORED);
  if (stored) return asLocale(stored);
  return asLocale(navigator.language.toLowerCase().startsWith("zh") ? "zh" : navigator.language);
}

export const hasChosenLocale = () => localStorage.getItem(STORED) !== null;

/** The texts of one language; the other one is fetched when a person changes over. Both have every key, so none falls back. */
const textsOf = (locale: Locale): Promise<Record<TextKey, string>> =>
  locale === "en" ? import("./en").then((module) => module.en) : import("./zh").then((module) => module.zh);

export async function startLanguage(locale: Locale = firstLocale()) {
  const texts = await textsOf(locale);
  await i18next.use(initReactI18next).init({
    lng: locale,
    fallbackLng: false,
    resources: { [locale]: { translation: texts } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  document.documentElement.lang = locale;
}

/** Changes over; a choice made here is kept on this device, a language taken from elsewhere is not. */
export async function setLocale(locale: Locale, chosenHere = true) {
  const texts = await textsOf(locale);
  if (chosenHere) localStorage.setItem(STORED, locale);
  document.documentElement.lang = locale;
  i18next.addResourceBundle(locale, "translation", texts);
  await i18next.changeLanguage(locale);
}

/** A declared text in a language; a missing one falls back to the other language, never to a key. */
export function pick(text: Text | string | null | undefined, locale: Locale): string {
  if (!text) return "";
  if (typeof text === "string") return text;
  return locale === "en" ? text.en || text.zh : text.zh || text.en;
}

export type Translate = (key: TextKey, values?: Record<string, string | number>) => string;

export interface Language {
  locale: Locale;
  t: Translate;
  /** A declared text in the present language. */
  say: (text: Text | string | null | undefined) => string;
}

export function useLanguage(): Language {
  const { t: translate, i18n } = useTranslation();
  const locale = asLocale(i18n.language);
  // Both functions change identity with the language only, so they are safe in dependency lists.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the language decides what `translate` answers
  const t = useCallback<Translate>((key, values) => translate(key, values ?? {}), [translate, locale]);
  const say = useCallback((text: Text | string | null | undefined) => pick(text, locale), [locale]);
  return useMemo(() => ({ locale, t, say }), [locale, t, say]);
}
