/** Photographs the main screens into e2e/out. Usage: BASE_URL=… node e2e/screens.mjs [names…] against the fixture server. */
import { mkdirSync } from "node:fs";
import { DESKTOP, launch, openPage, PHONE } from "./browser.mjs";

const SCREENS = [
  ["home", "/"],
  ["list", "/o/deal"],
  ["list-filter", "/o/deal?filter=state in ['submitted', 'approved'] and amount >= 100000"],
  ["peek", "/o/deal?peek=1003"],
  ["board", "/o/deal?view=board"],
  ["record", "/o/deal/1003"],
  ["form", "/o/deal/new"],
  ["order-form", "/o/sales_order/400/edit"],
  ["order", "/o/sales_order/400"],
  ["dashboard", "/dashboards/overview"],
  ["empty", "/o/deal?q=zzzz"],
];
const only = process.argv.slice(2);
mkdirSync(new URL("./out", import.meta.url), { recursive: true });
const browser = await launch();
const variants = [
  ["desktop-zh", { viewport: DESKTOP, locale: "zh-CN" }, ""],
  ["phone-zh", { viewport: PHONE, locale: "zh-CN" }, ""],
  ["desktop-en-dark", { viewport: DESKTOP, locale: "en-GB", theme: "dark" }, ""],
];
for (const [variant, options] of variants) {
  const { page, problems, context } = await openPage(browser, options);
  const shot = (name) => page.screenshot({ path: new URL(`./out/${name}-${variant}.png`, import.meta.url).pathname });
  await page.addInitScript((locale) => localStorage.setItem("qudao.locale", locale), options.locale === "zh-CN" ? "zh-CN" : "en");
  await page.goto("/login");
  await page.waitForSelector("form");
  if (!only.length || only.includes("login")) await shot("login");
  await page.locator("input").first().fill("manager");
  await page.locator("input[type=password]").fill("secret");
  await page.locator("button[type=submit]").click();
  await page.waitForSelector("h1");
  for (const [name, path] of SCREENS) {
    if (only.length && !only.includes(name)) continue;
    await page.goto(path);
    await page.waitForLoadState("load");
    await page.waitForTimeout(900);
    await shot(name);
  }
  if (problems.length)
    console.log(
      variant,
      [...new Set(problems)].map((text) => text.slice(0, 300)),
    );
  await context.close();
}
await browser.close();
