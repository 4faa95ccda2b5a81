import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { draw } from "@/kit/testing";
import { type PriceStep, StepList, TotalsList } from "./Waterfall";

const step = (name: string, change: string, amount: string): PriceStep => ({
  step: name,
  text: { zh: name, en: name },
  change,
  amount,
});
const totals = { list_amount: "100", discount_amount: "5", promotion_amount: "0", total_amount: "115", tax_amount: "13" };
const amounts = () => screen.getAllByText(/¥/).map((one) => one.textContent);

it("shows a surcharge with its sign, and contained tax without one", async () => {
  await draw(
    <StepList
      list={[step("list", "100", "100"), step("rule", "20", "120"), step("discount", "-5", "115"), step("tax", "13", "115")]}
    />,
  );
  expect(amounts()).toEqual(["¥100.00", "+¥20.00", "= ¥120.00", "−¥5.00", "= ¥115.00", "¥13.00"]);
});

it("adds up to the total with a row for a surcharge", async () => {
  await draw(<TotalsList totals={totals} lists={[[step("rule", "20", "115"), step("tax", "13", "115")]]} />);
  expect(screen.getByText("价格政策加价").nextSibling?.textContent).toBe("+¥20.00");
});

it("takes tax added on top for no surcharge", async () => {
  const added = [step("list", "100", "100"), step("discount", "-5", "95"), step("tax", "12.35", "107.35")];
  await draw(<TotalsList totals={{ ...totals, total_amount: "107.35", tax_amount: "12.35" }} lists={[added]} />);
  expect(screen.queryByText("价格政策加价")).toBeNull();
});
