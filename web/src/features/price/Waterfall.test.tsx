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

it("names each tax with its rate and what it is on, and a line of which no rate was kept", async () => {
  const lines = [
    { tax_rate: "13.0000", tax_exempt: false, tax_amount: "13", net_amount: "100" },
    { tax_rate: "9.0000", tax_exempt: false, tax_amount: "9", net_amount: "100" },
    { tax_rate: "0.0000", tax_exempt: true, tax_amount: "0", net_amount: "50" },
    { tax_rate: null, tax_exempt: false, tax_amount: "1", net_amount: "10" },
  ];
  await draw(<TotalsList totals={totals} lists={[]} lines={lines} />);
  expect(screen.getByText("税率 13%（不含税 ¥100.00）").nextSibling?.textContent).toBe("¥13.00");
  expect(screen.getByText("税率 9%（不含税 ¥100.00）").nextSibling?.textContent).toBe("¥9.00");
  expect(screen.getByText("免税（金额 ¥50.00）").nextSibling?.textContent).toBe("¥0.00");
  expect(screen.getByText("税率未记录（不含税 ¥10.00）").nextSibling?.textContent).toBe("¥1.00");
});

it("takes tax added on top for no surcharge", async () => {
  const added = [step("list", "100", "100"), step("discount", "-5", "95"), step("tax", "12.35", "107.35")];
  await draw(<TotalsList totals={{ ...totals, total_amount: "107.35", tax_amount: "12.35" }} lists={[added]} />);
  expect(screen.queryByText("价格政策加价")).toBeNull();
});
