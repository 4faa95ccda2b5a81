/**
 * What a first visit loads, compressed: follows the static imports of the entry and of the named route chunks in dist/.
 * Usage: node scripts/sizes.mjs [dist folder]; exits 1 when sign-in or the workbench is over the budget of 350 KB.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 350;
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
  form: ["ObjectPages", "FormPage", "DateEditor"],
  dashboard: ["Dashboards", "Chart"],
};
let over = false;
for (const [route, stems] of Object.entries(routes)) {
  const files = closure([...entry, ...stems.flatMap(chunk)]);
  const kilobytes = [...files].reduce((sum, name) => sum + size(name), 0) / 1024;
  if ((route === "sign-in" || route === "workbench") && kilobytes > BUDGET_KB) over = true;
  console.log(`${route.padEnd(10)} ${kilobytes.toFixed(1).padStart(7)} KB gzip in ${files.size} files`);
}
process.exit(over ? 1 : 0);
