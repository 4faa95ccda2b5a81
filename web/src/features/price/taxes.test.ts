import { expect, it } from "vitest";
import { taxParts } from "./taxes";

const line = (tax_rate: string | null, tax_amount: string, net_amount: string, tax_exempt = false) => ({
  tax_rate,
  tax_exempt,
  tax_amount,
  net_amount,
});

it("adds lines up by rate, the highest first and what is exempt last", () => {
  const lines = [
    line("0.0000", "0", "90", true),
    line("9.0000", "81", "900"),
    line("13.0000", "103.54", "796.46"),
    line("9.0000", "8.1", "90"),
    line("0.0000", "0", "5"),
  ];
  expect(taxParts(lines)).toEqual([
    { rate: "13", exempt: false, tax: "103.54", net: "796.46" },
    { rate: "9", exempt: false, tax: "89.1", net: "990" },
    { rate: "0", exempt: false, tax: "0", net: "5" },
    { rate: "0", exempt: true, tax: "0", net: "90" },
  ]);
});

it("leaves gifts out and says nothing of a rate it does not know", () => {
  expect(taxParts([line("13.0000", "0", "0"), line(null, "13", "100")])).toEqual([
    { rate: null, exempt: false, tax: "13", net: "100" },
  ]);
});
