/**
 * What a first visit loads, compressed: follows the static imports of the entry and of the named route chunks in dist/.
 * Part of every build. Usage: node scripts/sizes.mjs [dist folder]; exits 1 when a route is over its budget.
 * Not counted: what a click fetches (calendar, filter editor, dialogs) and charts, which come after the page and have their own budget.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 350;
const CHARTS_KB = 200;
/** Texts come in one language; the Chinese ones are counted. */
const LANGUAGE = "zh";
const dist = process.argv[2] ?? new URL("../dist", import.meta.url).pathname;
const assets = join(dist, "assets");
const names = readdirSync(assets);
const size = (name) => gzipSync(readFileSync(join(assets, name)), { level: 9 }).length;
const html = readFileSync(join(dist, "index.html"), "utf8");

/** Files a chunk needs at once: its static imports, and the styles that carry its name. */
function needs(name) {
  if (!name.endsWith(".js")) return [];
  const text = readFileSync(join(assets, name), "utf8");
  const imported = [...text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)].map((match) => match[1]);
  const stem = name.replace(/-[^-]{8}\.js$/, "");
  return [...imported, ...names.filter((other) => other.endsWith(".css") && other.replace(/-[^-]{8}\.css$/, "") === stem)];
}

function closure(start) {
  const seen = new Set();
  const open = [...start];
  for (let name = open.pop(); name; name = open.pop()) {
    if (seen.has(name) || !names.includes(name)) continue;
    seen.add(name);
    open.push(...needs(name));
  }
  return seen;
}

const entry = [...html.matchAll(/\/assets\/([^"]+)/g)].map((match) => match[1]);
const chunk = (stem) => names.filter((name) => name.startsWith(`${stem}-`) && name.endsWith(".js"));
const routes = {
  "sign-in": ["Login"],
  workbench: ["Home", "NumberTiles"],
  list: ["ObjectPages", "ListPage"],
  record: ["ObjectPages", "RecordPage"],
  form: ["ObjectPages", "FormPage", "DateEditor", "DivisionEditor"],
  catalogue: ["CataloguePage"],
  dashboard: ["Dashboards"],
};
let over = false;

function told(label, files, budget) {
  const kilobytes = [...files].reduce((sum, name) => sum + size(name), 0) / 1024;
  if (kilobytes > budget) over = true;
  const verdict = kilobytes > budget ? `over the budget of ${budget} KB` : `of ${budget} KB`;
  console.log(`${label.padEnd(10)} ${kilobytes.toFixed(1).padStart(7)} KB gzip ${verdict}, ${files.size} files`);
}

for (const [route, stems] of Object.entries(routes)) {
  const missing = stems.filter((stem) => !chunk(stem).length);
  if (missing.length) console.log(`${route}: part of another chunk: ${missing.join(", ")}`);
  told(route, closure([...entry, ...[LANGUAGE, ...stems].flatMap(chunk)]), BUDGET_KB);
}
told("charts", new Set(chunk("Chart")), CHARTS_KB);
process.exit(over ? 1 : 0);
