import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { deal, draw } from "../testing";
import { ImportVerdict } from "./ImportVerdict";

it("counts rows by what becomes of them and names a fault's field the way the form does", async () => {
  const fault = (row: number, field: string | null) => ({ row, field, code: "value.invalid", detail: "不是数字" });
  const errors = [fault(2, "amount"), fault(2, "customer_name"), fault(5, "unknown_column")];
  await draw(<ImportVerdict object={deal} verdict={{ created: 3, updated: 1, unchanged: 4, errors }} />);
  const fields = screen.getAllByRole("row").map((row) => row.children[1]?.textContent);
  expect(fields).toEqual(["字段", "金额", "客户名称", "unknown_column"]);
  const counts = [...document.querySelectorAll(".figures > div")].map((one) => one.textContent);
  expect(counts).toEqual(["新建3", "更新1", "不变4", "有问题2"]);
});
