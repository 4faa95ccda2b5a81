/**
 * Numbers, money, dates and instants as people read them. Amounts arrive as decimal text and stay text: Intl formats decimal
 * text exactly, so no amount ever passes through a binary fraction.
 */
import type { Locale } from "./index";

type DecimalText = Parameters<Intl.NumberFormat["format"]>[0];

const cache = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: Locale, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = locale + JSON.stringify(options);
  let format = cache.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, options);
    cache.set(key, format);
  }
  return format;
}

const isDecimal = (text: string) => /^-?\d+(\.\d+)?$/.test(text);

export function formatMoney(amount: string | number, currency: string, locale: Locale): string {
  const text = String(amount);
  if (!isDecimal(text)) return text;
  const options: Intl.NumberFormatOptions = { style: "currency", currency, currencyDisplay: "narrowSymbol" };
  // Unit prices may carry up to four decimals; hiding them would show a false price.
  const decimals = text.split(".")[1]?.replace(/0+$/, "").length ?? 0;
  if (decimals > 2) options.maximumFractionDigits = 4;
  return numberFormat(locale, options).format(text as DecimalText);
}

/** 1,284,000 as ¥128.4万 or CN¥1.28M, for number cards and axes only. */
export function formatShort(amount: string | number, locale: Locale, currency?: string): string {
  const text = String(amount);
  if (!isDecimal(text)) return text;
  const options: Intl.NumberFormatOptions = { notation: "compact", minimumFractionDigits: 0, maximumFractionDigits: 2 };
  if (currency) Object.assign(options, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  return numberFormat(locale, options).format(text as DecimalText);
}

/** Names one after the other, as the language separates them. */
export const formatList = (names: string[], locale: Locale): string => names.join(locale === "en" ? ", " : "、");

export function formatNumber(value: string | number, locale: Locale, decimals = 4): string {
  const text = String(value);
  return isDecimal(text) ? numberFormat(locale, { maximumFractionDigits: decimals }).format(text as DecimalText) : text;
}

/** A percent is stored as the number of per cents: "12.5" is 12.5 %. */
export function formatPercent(value: string | number, locale: Locale): string {
  // Two places are enough to read; the exact figure is in the record and in exports.
  const text = formatNumber(value, locale, 2);
  return `${text}%`;
}

export function formatDate(date: string, locale: Locale): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(date);
  if (!parts) return date;
  if (locale === "zh-CN") return `${parts[1]}-${parts[2]}-${parts[3]}`;
  const noon = new Date(Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]), 12));
  return new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" }).format(noon);
}

export function formatInstant(instant: string, locale: Locale, zone: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  if (locale === "en")
    return new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short", timeZone: zone }).format(at);
  return new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: zone }).format(at);
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

/** A text as people read it when it is an instant, else as it is. */
export const shownInstant = (text: string, locale: Locale, zone: string): string =>
  INSTANT.test(text) ? formatInstant(text, locale, zone) : text;

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** “3 hours ago” within a week, else the date. */
export function formatAgo(instant: string, locale: Locale, zone: string, now: number): string {
  const seconds = Math.round((new Date(instant).getTime() - now) / 1000);
  if (Math.abs(seconds) >= 7 * 86_400) return formatInstant(instant, locale, zone);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return format.format(Math.round(seconds / size), unit);
  }
  return format.format(0, "minute");
}

/** The calendar day of an instant in the site's zone, as YYYY-MM-DD. */
export function dayIn(zone: string, at: Date): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(at);
}

/** Wall-clock time of an instant in a zone: 2026-01-31T16:00:00. */
export function wallTime(instant: string, zone: string): string {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  return format.format(new Date(instant)).replace(" ", "T");
}

/** The instant at which a zone's clocks show this wall-clock time. A time skipped by a clock change moves forward. */
export function instantOf(wall: string, zone: string): string {
  const asUtc = Date.parse(`${wall}Z`);
  let guess = asUtc;
  // Two rounds settle every offset, the second one those guesses that fell on the other side of a clock change.
  for (let round = 0; round < 2; round++) guess += asUtc - Date.parse(`${wallTime(new Date(guess).toISOString(), zone)}Z`);
  return new Date(guess).toISOString().replace(".000Z", "Z");
}
