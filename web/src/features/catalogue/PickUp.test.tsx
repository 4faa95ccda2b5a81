import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { draw, serve } from "@/kit/testing";
import { PickUp } from "./PickUp";
import type { Preview } from "./pricing";
import { WhoServes } from "./WhoServes";

const ask = { lines: [{ product_id: "1", quantity: "2" }] };
const store = (id: string, title: string, reason: string | null) => ({
  id,
  title,
  reason,
  suffices: reason === null,
  distance_metres: null,
});

it("tells of each store whether it has the goods, and why it cannot serve", async () => {
  const stores = [store("1", "西湖店", null), store("2", "滨江店", "short"), store("3", "静安店", "full")];
  serve({ status: 200, body: { stores } });
  const change = vi.fn();
  await draw(<PickUp ask={ask} value="" errors={undefined} onChange={change} />);
  await userEvent.click(await screen.findByRole("combobox"));
  const shown = [...document.querySelectorAll(".ant-select-item-option")].map((one) => [
    one.textContent,
    one.classList.contains("ant-select-item-option-disabled"),
  ]);
  expect(shown).toEqual([
    ["西湖店 · 有货", false],
    ["滨江店 · 暂时备不齐", true],
    ["静安店 · 今日已满", true],
  ]);
});

it("keeps a chosen store in sight when the stores cannot be read", async () => {
  serve({ status: 422, body: { code: "order.input_malformed", detail: "读不懂" } });
  const change = vi.fn();
  await draw(<PickUp ask={ask} value="1" errors={undefined} onChange={change} />);
  expect((await screen.findByRole("alert")).textContent).toContain("读不懂");
  expect(screen.getByRole("combobox")).toBeTruthy();
});

const sourcing = (more: Partial<Preview["sourcing"]>): Preview["sourcing"] => ({
  suffices: false,
  reason: "short",
  sites: [],
  missing: [],
  ...more,
});
const site = (title: string) => ({ id: title, title, distance_metres: null });

it.each([
  [sourcing({}), false, "没有网点备齐全部产品"],
  [sourcing({ reason: "no_rule" }), false, "没有网点负责向此收货地"],
  [sourcing({}), true, "所选门店备不齐这些产品"],
  [sourcing({ reason: "full" }), true, "所选门店今日接单已满"],
  [sourcing({ suffices: true, reason: null, sites: [site("西湖店")] }), true, "到 西湖店 自提"],
  [sourcing({ suffices: true, reason: null, sites: [site("中心仓"), site("西湖店")] }), false, "预计由 中心仓、西湖店 发货"],
])("says who serves the cart, or why nobody does (%#)", async (given, pickedUp, expected) => {
  await draw(<WhoServes sourcing={given} pickedUp={pickedUp} />);
  expect(screen.getByText(expected, { exact: false })).toBeTruthy();
});
