/** Declared names in English sentences and headings. Chinese has neither plural nor capitals, so its side never changes. */
import type { Text } from "@/api/types";

/** No plural of their own. */
const MASS = /\b(stock|equipment|information)$/i;

function plural(name: string): string {
  if (MASS.test(name) || /[^a-z]$/.test(name)) return name;
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(name) ? `${name}es` : `${name}s`;
}

/** What a list of such things is called. */
export const many = (label: Text): Text => ({ ...label, en: plural(label.en) });

/** As it stands within a sentence; abbreviations keep their capitals. */
export const inside = (label: Text): Text => ({
  ...label,
  en: /^[A-Z](?![A-Z])/.test(label.en) ? label.en.charAt(0).toLowerCase() + label.en.slice(1) : label.en,
});
