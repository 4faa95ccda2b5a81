/** An order from the catalogue to the lorry: prices explained, a saved cart, a refusal outside the territory, shipping. */
import assert from "node:assert/strict";
import { button, confirm, step } from "./person.mjs";

const TOTAL = "¥9,933.95";
const ADDRESS = "文三路 90 号";

/** A cart kept under a name comes back as it was. */
async function keepsCart({ page, t, locale }, cart) {
  const name = `常购 ${locale}`;
  await button(cart, t("cart.keep")).click();
  const box = page.getByRole("textbox", { name: t("cart.savedName") });
  await box.fill(name);
  await box.press("Enter");
  await page.getByText(t("cart.kept")).waitFor();
  await box.waitFor({ state: "hidden" });
  await cart.getByRole("button", { name: t("cart.drop", { label: "" }) }).click();
  await cart.getByText(t("cart.empty")).waitFor();
  await button(cart, t("cart.saved")).click();
  await button(page, name).first().click();
  await cart.getByText(TOTAL).first().waitFor();
}

/** Beyond the territory the order is refused and kept as a draft, which the next attempt takes up again. */
async function isRefusedOutside({ page, t, within, sentence, checked }, cart) {
  await cart.getByRole("combobox", { name: t("ship.division") }).fill("武侯区");
  await page.locator(".ant-cascader-menu-item:visible", { hasText: "武侯区" }).first().click();
  await cart.getByText(t("cart.outside")).waitFor();
  await button(cart, t("cart.submit")).click();
  await cart.getByText(within("cart.draftKept")).waitFor();
  await cart.getByText(sentence("outside")).first().waitFor();
  await checked("cart-refused");
}

/** A store that has the goods is chosen, and then it is sent after all. */
async function choosesStore({ page, t, within, checked }, cart) {
  const pickUp = cart.getByRole("combobox", { name: t("cart.pickUp") });
  await pickUp.scrollIntoViewIfNeeded();
  await pickUp.click();
  const store = page.locator(".ant-select-item-option:visible:not(.ant-select-item-option-disabled)", { hasText: "店" }).first();
  await store.waitFor();
  await checked("cart-pick-up");
  await store.click();
  await cart.getByText(within("cart.pickUpAt")).waitFor();
  await page
    .locator(".ant-select", { has: page.getByRole("combobox", { name: t("cart.pickUp") }) })
    .locator(".ant-select-clear")
    .click({ force: true });
  await cart.getByText(within("cart.site")).waitFor();
}

/** What is typed and asked for before the order is placed. Returns the cart. */
async function fillsCart({ page, t, within, like, sentence, checked }, size) {
  await page.goto("/portal/p/catalogue");
  await checked("catalogue-all");
  await page.getByRole("textbox", { name: t("cart.search") }).fill("冲击钻");
  const card = page.getByRole("article");
  await card.nth(1).waitFor({ state: "detached" });
  await card.getByText(t("cart.inStock")).waitFor();
  await card.getByRole("button", { name: like("cart.add") }).click();
  const count = card.getByRole("textbox", { name: like("cart.quantityOf") });
  await count.fill("12");
  await count.press("Enter");
  await checked("catalogue");
  if (size === "phone") await page.locator(".cart-open button").click();
  const cart = page.locator(".cart");
  await cart.getByText(within("cart.buyMore")).waitFor();
  await cart.getByRole("button", { name: like("cart.moreOf") }).click();
  await cart.getByText(TOTAL).first().waitFor();
  assert.equal(await cart.getByRole("textbox", { name: like("cart.quantityOf") }).inputValue(), "13");
  await cart.getByText(t("price.how")).first().click();
  await cart.getByText(sentence("priceRule"), { exact: false }).first().waitFor();
  await choosesStore({ page, t, within, checked }, cart);
  await checked("cart");
  return cart;
}

/** Returns the id of the confirmed order. */
export async function orders(partner, size) {
  const { page, checked, t, within, state, sentence } = partner;
  const cart = await fillsCart(partner, size);
  await keepsCart(partner, cart);
  await cart.getByRole("textbox", { name: t("ship.address") }).fill(ADDRESS);
  await cart.getByRole("textbox", { name: t("ship.name") }).fill("王工");
  await isRefusedOutside(partner, cart);
  await cart.getByRole("combobox", { name: t("ship.known") }).click();
  await page.locator(".ant-select-item-option:visible", { hasText: within("ship.own") }).click();
  await button(cart, t("cart.submit")).click();
  await page.waitForURL(/\/o\/sales_order\/\d+/);
  await step(page, state("sales_order", "confirmed")).waitFor();
  const shipper = page.getByRole("region", { name: t("sourcing.title") });
  await shipper.locator("p", { hasText: within("sourcing.from") }).waitFor();
  await page.getByText(sentence("creditHeld")).first().waitFor();
  assert.equal(await button(page, t("common.edit")).count(), 0, "a confirmed order is not offered for editing");
  await checked("order-confirmed");
  const order = page.url();
  await button(page, t("order.reorder")).click();
  await page.waitForURL((url) => /\/o\/sales_order\/\d+/.test(url.pathname) && url.href !== order);
  await step(page, state("sales_order", "draft")).waitFor();
  await checked("reordered");
  return new URL(order).pathname.split("/").at(-1);
}

export async function ships({ page, checked, get, t, state, action }, order) {
  await page.goto("/");
  await page.getByRole("link", { name: t("home.figure.toShip") }).waitFor();
  await checked("warehouse-home");
  const filter = encodeURIComponent(`sales_order_id == '${order}'`);
  const note = (await get(`/delivery_note?filter=${filter}`)).rows[0];
  await page.goto("/o/delivery_note");
  await page.getByText(note.number).first().click();
  await page.waitForURL((url) => url.searchParams.get("peek") === note.id || url.pathname.endsWith(note.id));
  await checked("delivery-peek");
  await page.goto(`/o/delivery_note/${note.id}`);
  await button(page, action("delivery_note", "ship")).click();
  await confirm(page, { carrier: "顺丰速运", tracking_number: `SF${order.slice(-8)}` });
  await step(page, state("delivery_note", "shipped")).waitFor();
  await checked("shipped");
}
