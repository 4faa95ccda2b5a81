/**
 * Where the journeys run: BASE_URL with the server's printed sign-in links in LINKS (a file), or, without them, a server of its own
 * with fresh demo data (QUDAO_BIN, default target/debug/qudao), stopped at the end.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const LINK = /^\s+(\w+)\s.*?(https?:\/\/\S+\/sign-in\/\w+)\s*$/gm;
const START_MS = 180_000;

const linksIn = (text) => Object.fromEntries([...text.matchAll(LINK)].map(([, role, link]) => [role, new URL(link).pathname]));

/** Links printed by now, once the server says that it listens; the last line printed is a link. */
async function started(child) {
  let text = "";
  child.stdout.on("data", (data) => {
    text += data;
  });
  const end = Date.now() + START_MS;
  while (Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}\n${text}`);
    const links = linksIn(text);
    if (Object.keys(links).length && /\n$/.test(text)) return links;
  }
  throw new Error(`the server printed no links\n${text}`);
}

export async function server() {
  const { BASE_URL, LINKS, QUDAO_BIN } = process.env;
  if (BASE_URL && LINKS) return { base: BASE_URL, links: linksIn(readFileSync(LINKS, "utf8")), stop: () => undefined };
  const binary = QUDAO_BIN ?? fileURLToPath(new URL("../../target/debug/qudao", import.meta.url));
  const data = mkdtempSync(join(tmpdir(), "qudao-e2e-"));
  const address = `127.0.0.1:${8400 + Math.floor(Math.random() * 500)}`;
  const child = spawn(binary, ["serve", "--demo", "--data", data, "--listen", address], { stdio: ["ignore", "pipe", "inherit"] });
  const stop = () => {
    child.kill();
    rmSync(data, { recursive: true, force: true });
  };
  try {
    return { base: `http://${address}`, links: await started(child), stop };
  } catch (error) {
    stop();
    throw error;
  }
}
