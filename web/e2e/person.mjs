/** One person at one screen, and the ways people fill in a form; what every stop of a journey insists on stands here. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { DESKTOP, openPage, PHONE } from "./browser.mjs";

const { PHOTOS } = process.env;

/** One person at one screen: signed in, with what every stop checks. */
export async function person(browser, base, storage, size, role) {
  const viewport = size === "phone" ? PHONE : DESKTOP;
  const { page, context, problems } = await openPage(browser, { viewport, locale: "zh-CN", storage, base });
  await page.addInitScript(() => localStorage.setItem("qudao.locale", "zh-CN"));
  page.setDefaultTimeout(10_000);
  const checked = async (name) => {
    await page.waitForTimeout(500);
    if (PHOTOS) await page.screenshot({ path: join(PHOTOS, `${name}-${size}.png`) });
    const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]).analyze();
    const serious = violations.filter((one) => one.impact === "serious" || one.impact === "critical");
    const told = serious.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`);
    assert.deepEqual(told, [], `accessibility of ${name} (${size})`);
    // A refusal is an answer; the browser notes its status all the same.
    const isRefusal = (text) => /the server responded with a status of 422/.test(text);
    const loud = problems.splice(0).filter((text) => !isRefusal(text));
    assert.deepEqual(loud, [], `console of ${name} (${size})`);
    console.log(`ok ${size} ${name}`);
  };
  const get = async (path) => (await context.request.get(`${base}/api/v1${path}`)).json();
  return { page, role, checked, get, close: () => context.close() };
}

export const button = (page, name) => page.getByRole("button", { name, exact: true });
export const field = (page, name) => page.locator(`[data-field="${name}"] input, [data-field="${name}"] textarea`).first();

export async function pick(page, name, text) {
  await field(page, name).fill(text);
  await page.locator(".ant-select-item-option, .ant-cascader-menu-item").filter({ hasText: text }).first().click();
}

export async function date(page, name, day) {
  const input = field(page, name);
  await input.fill(day);
  if ((await input.getAttribute("type")) !== "date") await input.press("Enter");
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
