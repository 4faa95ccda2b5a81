/**
 * The main job, played in the browser by six people on real data: a partner registers a deal, the channel manager approves it, the
 * partner orders from the catalogue, the warehouse ships, finance books the money, the director sees it. Every stop also insists on no
 * serious accessibility violation, no console error, and nothing left in the other language.
 * Usage: npm run e2e [-- <language>/<size>…], for example en/phone; without one, every language on every size. Runs on a server of
 * its own or on another's (see server.mjs). PHOTOS=folder keeps pictures, THEME=dark plays in the dark.
 */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, openPage } from "./browser.mjs";
import { approvesDeal, registersDeal, verifiesReceipt } from "./deeds-deal.mjs";
import { booksReceipt, looksAtFigures } from "./deeds-money.mjs";
import { orders, ships } from "./deeds-order.mjs";
import { button, field, PATIENCE_MS, person } from "./person.mjs";
import { server } from "./server.mjs";
import { wordsOf } from "./words.mjs";

const { PHOTOS, THEME } = process.env;
const PLAYS = ["zh-CN/desktop", "en/phone", "zh-CN/phone", "en/desktop"];
const ROLES = ["partner_sales", "partner_owner", "channel_manager", "warehouse_clerk", "finance_clerk", "sales_director"];
const SIGNS = "衡璟沐岚屹泽禾舟松澜槐岑砚珩霁洛桐屿澈棠";
const some = (count) => Array.from({ length: count }, () => SIGNS[Math.floor(Math.random() * SIGNS.length)]).join("");

/** A draft outlives a reload. */
async function keepsDraft({ page, t, within }) {
  await page.goto("/portal/o/deal_registration/new");
  await field(page, "customer_name").fill("未保存的客户");
  const isKept = () => Object.keys(localStorage).some((key) => /^qudao\.draft\..*\.deal_registration\.new$/.test(key));
  await page.waitForFunction(isKept);
  page.once("dialog", (dialog) => void dialog.accept());
  await page.reload();
  await page.getByText(within("form.draftRestored")).waitFor();
  assert.equal(await field(page, "customer_name").inputValue(), "未保存的客户");
  await button(page, t("form.draftDiscard")).click();
}

/** The keyboard's help opens by itself. */
async function asksForKeys({ page, t, checked }) {
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("?");
  await page.getByRole("dialog").getByText(t("keys.help")).waitFor();
  await checked("shortcuts");
}

/** Without a network the application opens and says so. */
async function losesNetwork({ page, t, settled }) {
  await page.goto("/portal/");
  await settled();
  const isKept = async () => {
    if (!navigator.serviceWorker.controller || !(await caches.match("/"))) return false;
    const files = performance.getEntriesByType("resource").map((entry) => new URL(entry.name).pathname);
    const kept = files.filter((name) => name.startsWith("/assets/")).map((name) => caches.match(name));
    return (await Promise.all(kept)).every(Boolean);
  };
  // Not `waitForFunction`: to it the promise of an answer is answer enough.
  for (const end = Date.now() + PATIENCE_MS; !(await page.evaluate(isKept)); await page.waitForTimeout(100)) {
    assert.ok(Date.now() < end, "the program's files are kept for a time without a network");
  }
  await page.context().setOffline(true);
  await page.reload();
  await page.getByText(t("error.offlineTitle")).waitFor();
  await page.context().setOffline(false);
  await page.locator("#main h1").waitFor();
}

async function steps(people, size) {
  const customer = `杭州${some(4)}科技有限公司`;
  const receipt = await registersDeal(people.partner_sales, people.channel_manager, customer);
  await verifiesReceipt(people.partner_sales, receipt);
  await approvesDeal(people.channel_manager, customer);
  const order = await orders(people.partner_sales, size);
  await ships(people.warehouse_clerk, order);
  const booked = await booksReceipt(people.finance_clerk, order, size);
  await looksAtFigures(people.sales_director);
  const owner = people.partner_owner;
  await owner.page.goto("/portal/");
  await owner.checked("owner-home");
  await owner.page.goto("/portal/p/statement");
  await owner.page.getByText(booked).first().waitFor();
  await owner.checked("own-statement");
  await keepsDraft(owner);
  if (size === "desktop") await asksForKeys(owner);
  await losesNetwork(owner);
}

async function play(browser, base, storages, name) {
  const [locale, size] = name.split("/");
  const words = await wordsOf(locale);
  const people = {};
  try {
    for (const role of ROLES)
      people[role] = await person(browser, base, { storage: storages[role], size, role, words, theme: THEME });
    await steps(people, size);
  } catch (error) {
    if (PHOTOS)
      for (const { role, page } of Object.values(people))
        await page.screenshot({ path: join(PHOTOS, `failed-${role}-${size}-${locale}.png`) });
    throw error;
  } finally {
    for (const one of Object.values(people)) await one.close();
  }
}

/** A link works once: what it gave is kept for all plays. */
async function signIn(browser, base, link) {
  const { page, context } = await openPage(browser, { base });
  await page.goto(link);
  await page.waitForSelector("#main h1");
  const storage = await context.storageState();
  await context.close();
  return storage;
}

const asked = process.argv.slice(2);
for (const name of asked) assert.ok(PLAYS.includes(name), `${name} is none of ${PLAYS.join(", ")}`);
if (PHOTOS) mkdirSync(PHOTOS, { recursive: true });
const { base, links, stop } = await server();
const browser = await launch();
try {
  const storages = {};
  for (const role of ROLES) {
    assert.ok(links[role], `a sign-in link for ${role}`);
    storages[role] = await signIn(browser, base, links[role]);
  }
  for (const name of asked.length ? asked : PLAYS) {
    const start = Date.now();
    await play(browser, base, storages, name);
    console.log(`the main job runs: ${name}, ${Math.round((Date.now() - start) / 1000)} s`);
  }
} finally {
  await browser.close();
  await stop();
}
