import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import type { ObjectMeta } from "@/api/types";
import { deal, draw, serve } from "../testing";
import { FormPage } from "./FormPage";

const refusal = {
  status: 422,
  code: "deal.protected",
  detail: "该客户在 2026-12-31 前受保护",
  errors: [
    { code: "deal.protected", field: "customer_name", detail: "该客户在 2026-12-31 前受保护" },
    { code: "deal.closed", field: null, detail: "报备通道已关闭" },
  ],
};

it("puts the server's refusal beside its field, the rest on top, and takes it away when the field changes", async () => {
  const sent = serve({ status: 422, body: refusal });
  await draw(<FormPage object={deal} />);
  await userEvent.type(screen.getByLabelText(/客户名称/), "华瑞");
  await userEvent.type(screen.getByLabelText(/金额/), "1,200.5");
  await userEvent.keyboard("{Control>}s{/Control}");

  await waitFor(() => expect(screen.getByText(/受保护/)).toBeTruthy());
  expect(sent[0]).toMatchObject({ method: "POST", path: "/api/v1/deal", body: { customer_name: "华瑞", amount: "1200.5" } });
  const field = screen.getByText(/受保护/).closest("[data-field]");
  expect(field?.getAttribute("data-field")).toBe("customer_name");
  expect(screen.getByText("报备通道已关闭").closest("[data-field]")).toBeNull();

  await userEvent.type(screen.getByLabelText(/客户名称/), "二");
  expect(screen.queryByText(/受保护/)).toBeNull();
});

it("asks for what is required before anything is sent", async () => {
  const sent = serve({ status: 500, body: {} });
  await draw(<FormPage object={deal} />);
  await userEvent.click(screen.getByRole("button", { name: "保存" }));
  expect(await screen.findByText("请填写客户名称")).toBeTruthy();
  expect(sent).toHaveLength(0);
});

it("keeps a draft and offers to drop it", async () => {
  localStorage.setItem(
    "qudao.draft.7.deal.new",
    JSON.stringify({ at: "2026-01-31T08:00:00Z", values: { customer_name: "草稿客户" } }),
  );
  await draw(<FormPage object={deal} />);
  expect(screen.getByDisplayValue("草稿客户")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "丢弃草稿" }));
  expect(screen.queryByDisplayValue("草稿客户")).toBeNull();
  expect(localStorage.getItem("qudao.draft.7.deal.new")).toBeNull();
});

it("opens a draft over a record that moved on as a conflict, and lays the draft over the latest", async () => {
  const base = { id: "9", version: 1, customer_name: "旧名", amount: "100" };
  localStorage.setItem("qudao.draft.7.deal.9", JSON.stringify({ at: "2026-01-31T08:00:00Z", values: { amount: "120" }, base }));
  const record = { ...base, version: 2, customer_name: "新名" };
  const reply = { record, actions: [], rights: {} };
  serve({ status: 200, body: { ...reply, entries: [] } });
  await draw(<FormPage object={deal} reply={reply} />);
  expect(await screen.findByText("客户名称：旧名 → 新名")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "载入最新内容" }));
  expect(await screen.findByDisplayValue("新名")).toBeTruthy();
  expect(screen.getByDisplayValue("120.00")).toBeTruthy();
});

it("keeps the draft of one partner out of a form begun under another", async () => {
  const under = (name: string) => <FormPage object={deal} prefill={{ amount: name }} />;
  const first = await draw(under("1"));
  await userEvent.type(screen.getByLabelText(/客户名称/), "华瑞");
  first.unmount();
  const second = await draw(under("2"));
  expect(screen.queryByDisplayValue("华瑞")).toBeNull();
  second.unmount();
  await draw(under("1"));
  expect(screen.getByDisplayValue("华瑞")).toBeTruthy();
});

it("draws no table for a list that rules alone write", async () => {
  const child = (name: string, read_only: boolean): ObjectMeta => ({
    name,
    label: { zh: name, en: name },
    title: "rate",
    child_of: { object: "deal", link: "deal_id", list: name },
    fields: [
      { name: "deal_id", type: "link", to: "deal", label: { zh: "报备", en: "Registration" } },
      { name: "rate", type: "percent", label: { zh: "税率", en: "Rate" }, read_only },
    ],
  });
  const [kept, entered] = [child("kept", true), child("entered", false)];
  const children = ["kept", "entered"].map((name) => ({ object: name, list: name, link: "deal_id" }));
  await draw(<FormPage object={{ ...deal, children }} />, [deal, kept, entered]);
  expect(screen.getByRole("heading", { name: "entered" })).toBeTruthy();
  expect(screen.queryByRole("heading", { name: "kept" })).toBeNull();
});
