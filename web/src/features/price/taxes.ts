/** The tax of priced lines by rate, the highest first, what is exempt last. The figures are the server's; they are only added up. */
import { decimal, steps } from "../decimal";

/** What a line says of its tax, as records and previews both have it. */
export interface TaxedLine {
  tax_rate?: unknown;
  tax_exempt?: unknown;
  tax_amount?: unknown;
  net_amount?: unknown;
}

export interface TaxPart {
  /** Per cents as text; none where it is not known. */
  rate: string | null;
  exempt: boolean;
  tax: string;
  net: string;
}

export function taxParts(lines: readonly TaxedLine[]): TaxPart[] {
  const parts = new Map<string, { rate: string | null; exempt: boolean; tax: bigint; net: bigint }>();
  for (const line of lines) {
    const [tax, net] = [steps(line.tax_amount), steps(line.net_amount)];
    if (!tax && !net) continue;
    const rate = typeof line.tax_rate === "string" ? decimal(steps(line.tax_rate)) : null;
    const exempt = line.tax_exempt === true;
    const key = `${exempt} ${rate}`;
    const part = parts.get(key) ?? { rate, exempt, tax: 0n, net: 0n };
    parts.set(key, { ...part, tax: part.tax + tax, net: part.net + net });
  }
  const order = (part: { rate: string | null; exempt: boolean }) => (part.exempt ? -1n : steps(part.rate));
  return [...parts.values()]
    .sort((left, right) => (order(left) > order(right) ? -1 : 1))
    .map((part) => ({ rate: part.rate, exempt: part.exempt, tax: decimal(part.tax), net: decimal(part.net) }));
}
