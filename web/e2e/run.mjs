/**
 * Opens every screen the signed-in person has (home, dashboards, each object's list, first record, peek, form) in both sizes and
 * insists: no console error, no failed request, no error note, no serious accessibility violation.
 * Usage: BASE_URL=… SIGN_IN=/sign-in/<token> npm run e2e:screens   (or LOGIN=… PASSWORD=…); PHOTOS=folder keeps pictures.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { BASE, DESKTOP, launch, openPage, PHONE } from "./browser.mjs";

const { SIGN_IN, LOGIN = "manager", PASSWORD = "secret", PHOTOS, ONLY } = process.env;
const SETTLE_MS = Number(process.env.SETTLE_MS ?? 700);

async function signIn(page) {
  if (SIGN_IN) {
    await page.goto(SIGN_IN);
  } else {
    await page.goto("/login");
    await page.locator("input").first().fill(LOGIN);
    await page.locator("input[type=password]").fill(PASSWORD);
    await page.locator("button[type=submit]").click();
  }
  await page.waitForSelector("#main h1");
  return new URL(page.url()).pathname.startsWith("/portal") ? "/portal" : "";
}

async function screensOf(page, door) {
  const get = (path) => page.evaluate((to) => fetch(to).then((response) => response.json()), `/api/v1${path}`);
  const meta = await get("/meta");
  const screens = [
    ["home", `${door}/`],
    ...meta.dashboards.map((board) => [`dashboard-${board.name}`, `${door}/dashboards/${board.name}?period=all`]),
  ];
  for (const group of meta.menu) {
    for (const item of group.items) {
      if (typeof item !== "string") {
        screens.push([`page-${item.page}`, `${door}/p/${item.page}`]);
        continue;
      }
      const to = `${door}/o/${item}`;
      screens.push([`${item}-list`, to]);
      const first = (await get(`/${item}?limit=1`)).rows?.[0];
      if (first) {
        screens.push([`${item}-record`, `${to}/${first.id}`], [`${item}-peek`, `${to}?peek=${first.id}`]);
        const reply = await get(`/${item}/${first.id}`);
        if (reply.actions?.includes("update")) screens.push([`${item}-edit`, `${to}/${first.id}/edit`]);
      }
      if (meta.objects[item]?.can?.create) screens.push([`${item}-new`, `${to}/new`]);
      if (meta.objects[item]?.states?.length) screens.push([`${item}-board`, `${to}?shape=kanban`]);
    }
  }
  return ONLY ? screens.filter(([name]) => new RegExp(ONLY).test(name)) : screens;
}

async function faultsOf(page, problems) {
  const faults = problems.splice(0).map((text) => `console: ${text}`);
  for (const note of await page.locator(".error-note").allTextContents()) faults.push(`error shown: ${note}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 1) faults.push(`page is ${wide}px wider than the window`);
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
  for (const { id, impact, nodes } of violations) {
    if (impact === "serious" || impact === "critical")
      faults.push(`axe ${id}: ${nodes[0].target.join(" ")} (${nodes.length}) ${nodes[0].html.slice(0, 160)}`);
  }
  return faults;
}

const browser = await launch();
const first = await openPage(browser, { viewport: DESKTOP });
const door = await signIn(first.page);
const screens = await screensOf(first.page, door);
const storage = await first.context.storageState();
if (PHOTOS) mkdirSync(PHOTOS, { recursive: true });
let failed = 0;
for (const [size, viewport, locale] of [
  ["desktop", DESKTOP, "zh-CN"],
  ["phone", PHONE, "en"],
]) {
  const { page, problems } = await openPage(browser, { viewport, locale, storage });
  await page.addInitScript((chosen) => localStorage.setItem("qudao.locale", chosen), locale);
  for (const [name, path] of screens) {
    await page.goto(path);
    await page.waitForSelector("#main h1, #main h2", { timeout: 8000 }).catch(() => problems.push("nothing was drawn"));
    await page.waitForTimeout(SETTLE_MS);
    const faults = await faultsOf(page, problems);
    if (PHOTOS) await page.screenshot({ path: join(PHOTOS, `${name}-${size}.png`) });
    if (faults.length) failed += 1;
    for (const fault of faults) console.log(`${name} ${size}: ${fault}`);
  }
}
await browser.close();
console.log(`${screens.length * 2} screens on ${BASE}, ${failed} with faults`);
process.exit(failed ? 1 : 0);
