/**
 * A day of a channel manager on the real server's demo data: enter a partner, admit it, register a deal with lines pasted from a
 * sheet, submit, approve, ask why; then meet another person's change. Usage: BASE_URL=… SIGN_IN=/sign-in/<token> node e2e/journey.mjs
 */
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, openPage } from "./browser.mjs";

const { SIGN_IN = "", PHOTOS = "" } = process.env;
const stamp = Date.now().toString(36);
const PARTNER = `远航科技有限公司${stamp}`;
const CUSTOMER = `${stamp}智造集团`;
if (PHOTOS) mkdirSync(PHOTOS, { recursive: true });

const browser = await launch();
const { page, problems } = await openPage(browser);
page.setDefaultTimeout(8000);
const step = async (name, run) => {
  await run();
  if (PHOTOS) await page.screenshot({ path: join(PHOTOS, `journey-${name}.png`) });
  console.log(`ok ${name}`);
};
const button = (name) => page.getByRole("button", { name, exact: true });
const state = () => page.locator(".steps [aria-current=step]");
const pick = async (label, text) => {
  const box = page.locator(`[data-field="${label}"] input[role=combobox]`);
  await box.click();
  if (text) await box.fill(text);
  await page.locator(".ant-select-item-option", { hasText: text }).first().waitFor();
  await box.press("Enter");
};
const pickDivision = async (within) => {
  await within.locator(".ant-cascader input").first().fill("南山区");
  await page.locator(".ant-cascader-menu-item", { hasText: "南山区" }).first().click();
};

try {
  await step("sign-in", async () => {
    await page.goto(SIGN_IN);
    await page.getByRole("heading", { level: 1 }).waitFor();
  });
  await step("partner-required", async () => {
    await page.goto("/o/partner/new");
    await button("保存").click();
    await page.getByText("请填写名称").waitFor();
  });
  await step("partner-saved", async () => {
    await page.locator('[data-field="name"] input').fill(PARTNER);
    await button("添加一行").click();
    await pickDivision(page.locator(".child-table"));
    await page.keyboard.press("Control+s");
    await page.getByRole("heading", { level: 1, name: PARTNER }).waitFor();
  });
  await step("partner-admitted", async () => {
    await page.locator(".record-actions .ant-btn-primary").first().click();
    const confirm = page.locator(".ant-modal .ant-btn-primary");
    await confirm.click({ timeout: 1500 }).catch(() => undefined);
    await page.getByText("合作中").first().waitFor();
  });
  await step("deal-form", async () => {
    await page.goto("/o/deal_registration/new");
    await page.locator('[data-field="customer_name"] input').fill(CUSTOMER);
    await pick("partner_id", PARTNER);
    if (await button("添加一行").count()) {
      const reply = await page.evaluate(() => fetch("/api/v1/product?limit=2").then((response) => response.json()));
      await button("添加一行").click();
      const text = reply.rows.map((row, index) => `${row.name}\t${index + 2}`).join("\n");
      await page
        .locator(".child-table tbody td")
        .nth(1)
        .locator("input")
        .first()
        .evaluate((input, pasted) => {
          const data = new DataTransfer();
          data.setData("text/plain", pasted);
          input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }, text);
      await page.waitForTimeout(800);
      assert.equal(await page.locator(".child-table tbody tr").count(), reply.rows.length);
    }
  });
  await step("deal-saved", async () => {
    await button("保存").click();
    await page.getByRole("heading", { level: 1, name: CUSTOMER }).waitFor();
  });
  await step("moved", async () => {
    const id = page.url().split("/").at(-1);
    await page.goto(`/o/deal_registration/${id}/edit`);
    const field = page.locator('[data-field="customer_name"] input');
    await field.fill(`${CUSTOMER}二`);
    await page.evaluate(async (of) => {
      const session = await fetch("/api/v1/session").then((response) => response.json());
      const path = `/api/v1/deal_registration/${of}`;
      const { record } = await fetch(path).then((response) => response.json());
      const headers = { "content-type": "application/json", "x-csrf-token": session.csrf, "if-match": `"${record.version}"` };
      const reply = await fetch(path, { method: "PATCH", headers, body: JSON.stringify({ amount: "120000.00" }) });
      if (!reply.ok) throw new Error(await reply.text());
    }, id);
    await button("保存").click();
    await page.getByText("这条记录刚被他人更改").waitFor();
    await page.getByText("¥120,000.00").waitFor();
  });
  await step("moved-on", async () => {
    await button("载入最新内容").click();
    await page.locator(".ant-modal").waitFor({ state: "hidden" });
    assert.equal(await page.locator('[data-field="customer_name"] input').inputValue(), `${CUSTOMER}二`);
    await button("保存").click();
    await page.getByRole("heading", { level: 1, name: `${CUSTOMER}二` }).waitFor();
  });
  await step("deal-refused", async () => {
    await button("提交报备").click();
    await page.locator(".refusal").getByText("联系电话：").waitFor();
    await page.locator(".refusal").getByRole("button", { name: "编辑" }).click();
    const fill = (name, text) => page.locator(`[data-field="${name}"] input, [data-field="${name}"] textarea`).first().fill(text);
    await fill("amount", "88000");
    await fill("contact_name", "王敏");
    await fill("contact_phone", "13800001234");
    await page.locator('[data-field="expected_on"] input').fill("2027-03-31");
    await page.keyboard.press("Enter");
    await page.locator('[data-field="industry_id"] input[role=combobox]').click();
    await button("新建行业").click();
    const drawer = page.locator(".ant-drawer");
    await drawer.locator(".field-required").first().waitFor();
    for (const input of await drawer.locator(".field:has(.field-required) input").all()) await input.fill(`制造${stamp}`);
    await drawer.getByRole("button", { name: "保存" }).click();
    await drawer.waitFor({ state: "detached" });
    await pickDivision(page.locator('[data-field="division"]'));
    await button("保存").click();
    await page.locator(".steps").waitFor();
  });
  await step("deal-submitted", async () => {
    await button("提交报备").click();
    await state().filter({ hasText: "待审核" }).waitFor();
  });
  await step("why", async () => {
    const why = button("为什么？").first();
    await why.waitFor();
    await why.click();
    await page.locator(".why-tree li").first().waitFor();
    await page.waitForTimeout(400);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator(".ant-drawer").getByRole("link", { name: "下载凭证" }).click(),
    ]);
    assert.match(download.suggestedFilename(), /json/);
  });
  await step("palette", async () => {
    await page.keyboard.press("Escape");
    await page.locator(".ant-drawer").waitFor({ state: "detached" });
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill(CUSTOMER);
    await page
      .getByRole("option", { name: new RegExp(CUSTOMER) })
      .first()
      .waitFor();
    await page.keyboard.press("Escape");
  });
} catch (error) {
  await page.screenshot({ path: PHOTOS ? join(PHOTOS, "journey-failed.png") : "journey-failed.png" });
  console.log(String(error).slice(0, 600), page.url());
  process.exitCode = 1;
}
console.log([...new Set(problems)].map((text) => text.slice(0, 300)));
await browser.close();
