/**
 * Where the journeys run: BASE_URL with the server's printed sign-in links in LINKS (a file), or, without them, a server of its own
 * with fresh demo data (QUDAO_BIN, default target/debug/qudao), stopped at the end. Its data lie in a folder of their own, or, with
 * POSTGRES=postgres://… of a person who may make databases, in a database of their own, made and removed with psql.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const LINK = /^\s+(\w+)\s.*?(https?:\/\/\S+)(\/sign-in\/\w+)\s*$/;
const START_MS = 180_000;

/** Adds what a line says to what is known: a role's link, the address. */
function read(known, line) {
  const [, role, base, path] = LINK.exec(line) ?? [];
  if (role) Object.assign(known, { base, links: { ...known.links, [role]: path } });
  return known;
}

/** The printed links. They are the last the server prints, and it listens by then. */
function started(child) {
  return new Promise((resolve, reject) => {
    const known = {};
    const late = setTimeout(() => reject(new Error("the server printed no links")), START_MS);
    child.on("exit", (code) => reject(new Error(`the server ended with ${code}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line === "" && known.links) {
        clearTimeout(late);
        resolve(known);
      } else read(known, line);
    });
  });
}

/** Where the data lie: arguments for the server, and how to clear away. The folder holds the site's key with either database. */
function place() {
  const { POSTGRES } = process.env;
  const data = mkdtempSync(join(tmpdir(), "qudao-e2e-"));
  const clear = () => rmSync(data, { recursive: true, force: true });
  if (!POSTGRES) return { args: ["--data", data], clear };
  const name = `qudao_e2e_${process.pid}_${Date.now().toString(36)}`;
  const address = new URL(POSTGRES);
  address.pathname = `/${name}`;
  const run = (sql) => execFileSync("psql", ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--command", sql, POSTGRES]);
  run(`CREATE DATABASE ${name}`);
  const clearBoth = () => {
    clear();
    run(`DROP DATABASE ${name} WITH (FORCE)`);
  };
  return { args: ["--data", data, "--database", address.href], clear: clearBoth };
}

export async function server() {
  const { BASE_URL, LINKS, QUDAO_BIN } = process.env;
  if (BASE_URL && LINKS) {
    const { links } = readFileSync(LINKS, "utf8").split("\n").reduce(read, {});
    return { base: BASE_URL, links, stop: () => undefined };
  }
  const binary = QUDAO_BIN ?? fileURLToPath(new URL("../../target/debug/qudao", import.meta.url));
  const { args, clear } = place();
  const child = spawn(binary, ["serve", "--demo", "--listen", "127.0.0.1:0", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.on("close", resolve));
  const stop = async () => {
    child.kill();
    await ended;
    clear();
  };
  try {
    return { ...(await started(child)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
