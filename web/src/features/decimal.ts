/**
 * Exact arithmetic on decimal text, four places deep, as the server keeps it. Only for what a screen adds up or compares before the
 * server has answered; what is charged is always the server's figure.
 */
const PLACES = 4;
const ONE = 10n ** BigInt(PLACES);

/** Ten-thousandths of a decimal text; anything that is no number counts as nothing. */
export function steps(text: unknown): bigint {
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(String(text ?? ""));
  if (!match) return 0n;
  const fraction = (match[3] ?? "").padEnd(PLACES, "0").slice(0, PLACES);
  const value = BigInt(match[2] ?? "0") * ONE + BigInt(fraction);
  return match[1] ? -value : value;
}

export function decimal(value: bigint): string {
  const sign = value < 0n ? "-" : "";
  const size = value < 0n ? -value : value;
  const fraction = (size % ONE).toString().padStart(PLACES, "0").replace(/0+$/, "");
  return `${sign}${size / ONE}${fraction ? `.${fraction}` : ""}`;
}

export const add = (left: unknown, right: unknown) => decimal(steps(left) + steps(right));
export const subtract = (left: unknown, right: unknown) => decimal(steps(left) - steps(right));
export const negate = (text: unknown) => decimal(-steps(text));
export const isZero = (text: unknown) => steps(text) === 0n;
export const isPositive = (text: unknown) => steps(text) > 0n;

/** A share of a whole in whole per cents, between 0 and 100, for the width of a bar. */
export function share(part: unknown, whole: unknown): number {
  const total = steps(whole);
  if (total <= 0n) return 0;
  const percent = Number((steps(part) * 100n) / total);
  return Math.max(0, Math.min(100, percent));
}
