import { render, screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { ExplanationNode } from "@/api/types";
import { setLocale } from "@/i18n";
import { Explanation } from "./Explanation";

const tree: ExplanationNode = {
  text: { zh: "不能保护", en: "Not protected" },
  outcome: "fail",
  children: [
    { text: { zh: "金额达到门槛", en: "The amount is high enough" }, outcome: "pass", value: "¥1,000.00" },
    {
      text: { zh: "没有更早的报备", en: "No earlier registration" },
      outcome: "fail",
      children: [{ text: { zh: "DR-7", en: "DR-7" }, outcome: "info" }],
    },
  ],
};

it("draws every sentence once, with its outcome in words and its value", () => {
  render(
    <ul>
      <Explanation node={tree} />
    </ul>,
  );
  const met = screen.getByText("金额达到门槛").closest("li") as HTMLElement;
  expect(within(met).getByRole("img", { name: "满足" })).toBeTruthy();
  expect(within(met).getByText("¥1,000.00")).toBeTruthy();
  const unmet = screen.getByText("没有更早的报备").closest("li") as HTMLElement;
  expect(
    within(unmet)
      .getAllByRole("img")
      .map((sign) => sign.getAttribute("aria-label")),
  ).toEqual(["不满足", "说明"]);
  expect(screen.getAllByRole("listitem")).toHaveLength(4);
});

it("speaks English when asked to", async () => {
  await setLocale("en");
  render(
    <ul>
      <Explanation node={tree} />
    </ul>,
  );
  expect(screen.getByText("Not protected")).toBeTruthy();
  await setLocale("zh-CN");
});
