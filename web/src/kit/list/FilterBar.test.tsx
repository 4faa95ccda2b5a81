import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { fieldsOf } from "../metadata";
import { deal, draw } from "../testing";
import { FilterBar } from "./FilterBar";

it("shows each condition as a chip and removes one without touching the other", async () => {
  const change = vi.fn();
  await draw(<FilterBar fields={fieldsOf(deal)} filter="contains(customer_name, '华瑞') and amount >= 1000" onChange={change} />);
  expect(screen.getByRole("button", { name: "金额 不小于 ¥1,000.00" })).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "移除 客户名称 包含 华瑞" }));
  expect(change).toHaveBeenCalledWith("amount >= 1000");
});

it("adds a typed condition to the expression", async () => {
  const change = vi.fn();
  await draw(<FilterBar fields={fieldsOf(deal)} filter="amount >= 1000" onChange={change} />);
  await userEvent.click(screen.getByRole("button", { name: "添加筛选" }));
  await userEvent.type(await screen.findByLabelText("值", {}, { timeout: 10_000 }), "远航{Enter}");
  expect(change).toHaveBeenCalledWith("amount >= 1000 and contains(customer_name, '远航')");
});

it("keeps an expression it cannot take apart in one piece", async () => {
  await draw(<FilterBar fields={fieldsOf(deal)} filter="amount > 1 or amount < 0" onChange={vi.fn()} />);
  expect(screen.getByText("自定义条件: amount > 1 or amount < 0")).toBeTruthy();
  expect(screen.queryByRole("button", { name: "添加筛选" })).toBeNull();
});
