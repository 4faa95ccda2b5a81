/**
 * Writes package-lock.json afresh without registry addresses: npm's own switch for that loses the entries of other platforms'
 * optional packages, after which `npm ci` refuses the file. Versions and integrity hashes stay. Usage: npm run lock
 */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";

const file = new URL("../package-lock.json", import.meta.url);
rmSync(file, { force: true });
execFileSync("npm", ["install", "--package-lock-only", "--omit-lockfile-registry-resolved=false"], {
  cwd: new URL("..", import.meta.url),
  stdio: "inherit",
});
const lock = JSON.parse(readFileSync(file, "utf8"));
for (const entry of Object.values(lock.packages)) delete entry.resolved;
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
