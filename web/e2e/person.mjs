/** One person at one screen, and the ways people fill in a form; what every stop of a journey insists on stands here. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { DESKTOP, openPage, PHONE } from "./browser.mjs";

const { PHOTOS } = process.env;
/** For a busy machine; a screen that is well answers in a fraction of it. */
export const PATIENCE_MS = 20_000;
const RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

/** What moves, or stands for what is still to come. */
function restless() {
  const moving = document.getAnimations().filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime));
  const waiting = document.querySelectorAll("[aria-busy=true], .bones, .ant-spin-spinning, .ant-btn-loading");
  const told = (element) => `${element?.tagName}.${element?.className}`;
  return [...moving.map((one) => told(one.effect.target)), ...[...waiting].filter((one) => one.checkVisibility()).map(told)];
}

/** A way to wait until the server has answered everything, nothing moves and nothing is still to come. */
function rest(page) {
  const open = new Set();
  page.on("request", (request) => {
    if (["fetch", "xhr"].includes(request.resourceType())) open.add(request.url());
  });
  for (const end of ["requestfinished", "requestfailed"]) page.on(end, (request) => open.delete(request.url()));
  page.on("framenavigated", (frame) => frame === page.mainFrame() && open.clear());
  return async () => {
    const end = Date.now() + PATIENCE_MS;
    for (let calm = 0; calm < 3; await page.waitForTimeout(50)) {
      const reasons = [...open, ...(await page.evaluate(restless))];
      calm = reasons.length ? 0 : calm + 1;
      assert.ok(Date.now() < end, `${page.url()} does not come to rest: ${reasons}`);
    }
  };
}

/** Texts a reader of the other language should not meet, and what sticks out of the window. */
function faultsIn(foreign) {
  const known = new Set(foreign);
  const found = [];
  const names = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  while (names.nextNode()) {
    const node = names.currentNode;
    const told =
      node.nodeType === Node.TEXT_NODE
        ? [node.data]
        : ["aria-label", "title", "placeholder", "alt"].map((name) => node.getAttribute(name));
    for (const text of told) if (text && known.has(text.trim())) found.push(`not translated: ${text.trim()}`);
  }
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 1) found.push(`the page is ${wide}px wider than the window`);
  return [...new Set(found)];
}

/** One person at one screen: signed in, with what every stop checks. */
export async function person(browser, base, { storage, size, role, words, theme }) {
  const { locale } = words;
  const viewport = size === "phone" ? PHONE : DESKTOP;
  const { page, context, problems } = await openPage(browser, { viewport, locale, theme, storage, base });
  await page.addInitScript((chosen) => localStorage.setItem("qudao.locale", chosen), locale);
  page.setDefaultTimeout(PATIENCE_MS);
  const settled = rest(page);
  const get = async (path) => (await context.request.get(`${base}/api/v1${path}`)).json();
  const meta = await get("/meta");
  const foreign = words.foreign(meta);
  const checked = async (name) => {
    const stop = `${name}-${size}-${locale}`;
    await settled();
    if (PHOTOS) await page.screenshot({ path: join(PHOTOS, `${stop}.png`) });
    const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
    const serious = violations.filter((one) => one.impact === "serious" || one.impact === "critical");
    const told = serious.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`);
    assert.deepEqual(told, [], `accessibility of ${stop}`);
    assert.deepEqual(await page.evaluate(faultsIn, foreign), [], `the look of ${stop}`);
    // A refusal is an answer; the browser notes its status all the same.
    const isRefusal = (text) => /the server responded with a status of 422/.test(text);
    const loud = problems.splice(0).filter((text) => !isRefusal(text));
    assert.deepEqual(loud, [], `console of ${stop}`);
    console.log(`ok ${stop}`);
  };
  const labelled = (list) => (object, name) => {
    const found = meta.objects[object]?.[list].find((one) => one.name === name);
    assert.ok(found, `${role} knows ${object}.${name}`);
    return words.pick(found.label);
  };
  return {
    page,
    role,
    ...words,
    checked,
    settled,
    get,
    action: labelled("actions"),
    state: labelled("states"),
    close: () => context.close(),
  };
}

export const button = (page, name) => page.getByRole("button", { name, exact: true });
export const field = (page, name) => page.locator(`[data-field="${name}"] input, [data-field="${name}"] textarea`).first();
export const step = (page, label) => page.locator(".steps [aria-current=step]", { hasText: label });

const OPTIONS = ".ant-select-item-option:visible, .ant-cascader-menu-item:visible";

export async function pick(page, name, text) {
  await field(page, name).fill(text);
  await page.locator(OPTIONS).filter({ hasText: text }).first().click();
}

/** Typed, and left with the tabulator, as a person does who goes on to the next field. */
export async function date(page, name, day) {
  await field(page, name).fill(day);
  await field(page, name).press("Tab");
  assert.equal(await field(page, name).inputValue(), day);
}

/** A dialog that asks before an action runs. */
export async function confirm(page, fill = {}) {
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  for (const [name, text] of Object.entries(fill)) {
    await dialog.locator(`[data-field="${name}"] input, [data-field="${name}"] textarea`).first().fill(text);
  }
  await dialog.locator(".ant-btn-primary").click();
  await dialog.waitFor({ state: "hidden" });
}
