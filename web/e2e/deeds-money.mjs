/** Money booked against a shipment, and what the director sees of it. */
import assert from "node:assert/strict";
import { button, confirm, field, pick, step } from "./person.mjs";

const only = (condition) => encodeURIComponent(condition);

/** Returns the number of the receipt. */
export async function booksReceipt({ page, checked, get, t, state, action, locale }, order, size) {
  const due = (await get(`/receivable?filter=${only(`sales_order_id == '${order}'`)}`)).rows[0];
  assert.ok(due, "shipping made a receivable");
  await page.goto("/p/ageing");
  await page.getByRole("link", { name: due.partner_id.title }).waitFor();
  await checked("ageing");
  const account = only(`partner_id == '${due.partner_id.id}'`);
  const before = (await get(`/credit_account?filter=${account}`)).rows[0].available_amount;
  await page.goto("/o/receipt/new");
  await field(page, "amount").waitFor();
  assert.equal(await page.locator('[data-field="refund_amount"]').count(), 0, "what a refund asks for is in no form");
  await pick(page, "partner_id", due.partner_id.title);
  await field(page, "amount").fill(due.open_amount);
  await field(page, "reference").fill(`BANK-${size}-${locale}-${order}`);
  await checked("receipt-form");
  await button(page, t("common.save")).click();
  await page.waitForURL(/\/o\/receipt\/\d+/);
  const id = new URL(page.url()).pathname.split("/").at(-1);
  const { number } = (await get(`/receipt/${id}`)).record;
  await button(page, action("receipt", "allocate")).click();
  await confirm(page);
  await step(page, state("receipt", "allocated")).waitFor();
  await checked("receipt-allocated");
  const after = (await get(`/credit_account?filter=${account}`)).rows[0].available_amount;
  assert.equal((Number(after) - Number(before)).toFixed(2), Number(due.open_amount).toFixed(2), "credit is back at once");
  await page.goto(`/p/statement?partner=${due.partner_id.id}`);
  await page.getByRole("link", { name: number }).waitFor();
  await checked("statement");
  return number;
}

export async function looksAtFigures({ page, checked }) {
  await page.goto("/");
  await checked("director-home");
  await page.goto("/dashboards/channel_overview?period=year");
  const revenue = page.locator(".tile-number a").first();
  await revenue.waitFor();
  assert.notEqual((await revenue.textContent()).replace(/[^1-9]/g, ""), "", "revenue is above zero");
  await checked("dashboard");
  await revenue.click();
  await page.waitForURL(/\/o\/sales_order/);
  await page
    .getByText(/SO\d{6}-\d{4}/)
    .first()
    .waitFor();
  await checked("drilled");
}
