import { expect, it } from "vitest";
import type { FieldMeta, ObjectMeta } from "@/api/types";
import { begunWith } from "./begun";

const label = { zh: "", en: "" };
const link = (name: string, to: string, read_only = false): FieldMeta => ({ name, type: "link", to, label, read_only });
const opportunity: ObjectMeta = {
  name: "opportunity",
  label,
  title: "name",
  states: [{ name: "won", label }],
  fields: [
    { name: "name", type: "text", label },
    link("customer_id", "customer"),
    link("partner_id", "partner"),
    link("owner_id", "user"),
    link("site_id", "site"),
  ],
};
const record = {
  id: "5",
  version: 1,
  name: "泵站改造",
  customer_id: { id: "8", title: "浦江" },
  partner_id: { id: "3", title: "澜禾" },
  owner_id: { id: "1", title: "林晓" },
  site_id: { id: "6", title: "" },
};
const quotation = (partnerReadOnly: boolean): ObjectMeta => ({
  name: "quotation",
  label,
  fields: [
    link("opportunity_id", "opportunity"),
    link("customer_id", "customer"),
    link("partner_id", "partner", partnerReadOnly),
    link("owner_id", "user"),
    link("site_id", "site"),
  ],
});

const own = { opportunity_id: "5", "opportunity_id.title": "泵站改造", customer_id: "8", "customer_id.title": "浦江" };

it("takes over what both link to, no people, nothing out of sight", () => {
  expect(begunWith(quotation(false), "opportunity_id", opportunity, record)).toEqual({
    ...own,
    partner_id: "3",
    "partner_id.title": "澜禾",
  });
});

it("leaves out what the person may not fill in", () => {
  expect(begunWith(quotation(true), "opportunity_id", opportunity, record)).toEqual(own);
});

it("hands nothing on from master data", () => {
  const { states: _, ...master } = opportunity;
  expect(begunWith(quotation(false), "opportunity_id", master, record)).toEqual({
    opportunity_id: "5",
    "opportunity_id.title": "泵站改造",
  });
});
