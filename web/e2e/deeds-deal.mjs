/** A registration from the form to the approval, and the receipt that proves where it stood. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { button, confirm, date, field, pick, step } from "./person.mjs";

const OBJECT = "deal_registration";

/** Somebody else's customer is taken, and the hint does not say whose it is. */
async function meetsProtected({ page, checked, like, t, get }, manager, hint) {
  const own = (await get("/session")).user.organisation.id;
  const filter = encodeURIComponent(`state == 'approved' and partner_id != '${own}'`);
  const taken = (await manager.get(`/${OBJECT}?limit=1&filter=${filter}`)).rows[0];
  assert.ok(taken, "the demo data hold another partner's protected customer");
  await field(page, "customer_name").fill(taken.customer_name);
  await hint.getByText(like("deal.protectedUntil")).waitFor();
  await hint.getByText(t("deal.hintText.protected")).waitFor();
  assert.ok(!(await hint.textContent()).includes(taken.partner_id.title), "the hint names nobody");
  await checked("deal-protected");
}

/** Returns the path of the downloaded receipt. */
export async function registersDeal(partner, manager, customer) {
  const { page, checked, t, state, action, sentence } = partner;
  await page.goto(`/portal/o/${OBJECT}/new`);
  const hint = page.getByRole("complementary", { name: t("deal.check") });
  await meetsProtected(partner, manager, hint);
  await field(page, "customer_name").fill(customer);
  await hint.getByText(t("deal.hint.free")).waitFor();
  await field(page, "contact_name").fill("周女士");
  await field(page, "contact_phone").fill("0571-88123456");
  await pick(page, "division", "西湖区");
  await hint.getByText(t("deal.inside")).waitFor();
  await pick(page, "industry_id", sentence("machinery"));
  await field(page, "amount").fill("128000");
  await date(page, "expected_on", "2027-06-30");
  await checked("deal-form");
  await button(page, t("common.save")).click();
  await page.getByRole("heading", { level: 1, name: customer }).waitFor();
  await checked("deal-draft");
  await button(page, action(OBJECT, "submit")).click();
  await step(page, state(OBJECT, "submitted")).waitFor();
  const standing = page.getByRole("region", { name: t("deal.standing") });
  await standing.getByText(t("deal.rankOf", { rank: 1 })).waitFor();
  await checked("deal-submitted");
  const download = page.waitForEvent("download");
  await standing.getByText(t("why.receipt")).click();
  await standing.getByRole("button", { name: t("why.button") }).click();
  await page.getByText(sentence("noEarlier")).waitFor();
  await checked("deal-why");
  return (await download).path();
}

export async function verifiesReceipt({ page, checked, t }, path) {
  await page.goto("/portal/p/receipts");
  await checked("receipt-empty");
  const file = page.locator("input[type=file]");
  const bytes = await readFile(path);
  await file.setInputFiles({ name: "receipt.json", mimeType: "application/json", buffer: bytes });
  await page.getByText(t("receipt.valid")).waitFor();
  await checked("receipt-valid");
  const changed = Buffer.from(bytes.toString().replace("第", "苐").replace('"accepted"', '"refused"'));
  await file.setInputFiles({ name: "changed.json", mimeType: "application/json", buffer: changed });
  await page.getByText(t("receipt.invalid"), { exact: true }).waitFor();
  await checked("receipt-invalid");
}

export async function approvesDeal({ page, checked, within, state, action }, customer) {
  await page.goto("/");
  const task = page.getByRole("button", { name: customer }).first();
  await task.waitFor();
  await checked("manager-home");
  await task.click();
  await page.getByRole("heading", { level: 1, name: customer }).waitFor();
  await checked("deal-to-approve");
  await button(page, action(OBJECT, "approve")).click();
  await confirm(page);
  await step(page, state(OBJECT, "approved")).waitFor();
  await page.getByText(within("deal.daysLeft")).waitFor();
  await checked("deal-approved");
}
