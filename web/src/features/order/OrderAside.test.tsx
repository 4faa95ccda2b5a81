import { screen } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import type { RecordReply } from "@/api/types";
import { draw } from "@/kit/testing";
import OrderAside from "./OrderAside";

const says = (zh: string, value?: string) => ({ text: { zh, en: zh }, outcome: "pass", ...(value ? { value } : {}) });
const decision = (id: string, zh: string, value?: string) => ({ id, kind: "order.sourcing", explanation: says(zh, value) });

/** Answers by what is asked for. */
function answers(decisions: object[]) {
  vi.stubGlobal("fetch", async (path: string) => {
    const body = path.includes("/timeline") ? { entries: [{ id: "1", decisions }] } : { rows: [], next: null };
    return new Response(JSON.stringify(body), { status: 200 });
  });
}

const object = { name: "sales_order", label: { zh: "订单", en: "Order" }, fields: [] };
const line = { id: "2", version: 1, quantity: "3", unit_price: "10.00", total_amount: "30.00", product_name: "下架的泵" };
const reply = {
  record: {
    id: "1",
    version: 1,
    state: "confirmed",
    site_id: { id: "8", title: "中心仓" },
    lines: [{ ...line, product_id: { id: "3", title: null } }],
  },
  actions: [],
  rights: {},
} as unknown as RecordReply;

it("names a line by what was ordered when the product is out of sight", async () => {
  answers([]);
  await draw(<OrderAside object={object} reply={reply} />);
  expect(screen.getByText("下架的泵")).toBeTruthy();
});

it("names the site that ships alone", async () => {
  answers([decision("1", "发货网点已确定")]);
  await draw(<OrderAside object={object} reply={reply} />);
  expect(await screen.findByText("由中心仓发货")).toBeTruthy();
  expect(screen.getByText("货物已在 中心仓 预留")).toBeTruthy();
});

it("names no site for all where several ship, also after one of them gave its part back", async () => {
  answers([decision("2", "发货网点已确定"), decision("1", "订单拆给几个网点发货", "2")]);
  await draw(<OrderAside object={object} reply={reply} />);
  expect(await screen.findAllByText("订单拆给几个网点发货")).toHaveLength(2);
  expect(screen.queryByText(/中心仓/)).toBeNull();
});
