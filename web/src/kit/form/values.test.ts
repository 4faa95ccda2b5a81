import { describe, expect, it } from "vitest";
import type { FieldMeta, ObjectMeta, Session } from "@/api/types";
import { groupDigits } from "./DecimalInput";
import { cleanNumber, defaultValue, faultOf, fieldPath, mergedRows, movedRows, payload, startValues } from "./values";

const field = (name: string, type: FieldMeta["type"], more: Partial<FieldMeta> = {}): FieldMeta => ({
  name,
  type,
  label: { zh: name, en: name },
  ...more,
});
const session: Session = {
  user: { id: "7", name: "林晓", login: "lin", locale: "zh-CN", roles: [], organisation: { id: "9", title: "远航" } },
  csrf: "",
  door: "portal",
  site: { name: "", currency: "CNY", time_zone: "Asia/Shanghai" },
};
const line: ObjectMeta = {
  name: "line",
  label: { zh: "行", en: "Line" },
  fields: [
    field("order_id", "link", { to: "order" }),
    field("product_id", "link", { to: "product" }),
    field("quantity", "quantity"),
    field("amount", "money", { read_only: true }),
  ],
};
const order: ObjectMeta = {
  name: "order",
  label: { zh: "单", en: "Order" },
  fields: [
    field("number", "text", { read_only: true }),
    field("partner_id", "link", { to: "partner" }),
    field("count", "integer"),
    field("note", "text"),
  ],
  children: [{ object: "line", list: "lines", link: "order_id" }],
};
const now = new Date("2026-01-31T16:30:00Z");
const say = (key: string) => key;

describe("what is sent", () => {
  it("sends only filled fields of a new record, links by id, integers as numbers", () => {
    const values = {
      partner_id: { id: "9", title: "远航" },
      count: "3",
      note: "",
      lines: [{ rowKey: "new-1", product_id: { id: "5", title: "" }, quantity: "2", amount: "8" }] as never,
    };
    expect(payload(order, { line, order }, values, undefined)).toEqual({
      partner_id: "9",
      count: 3,
      lines: [{ product_id: "5", quantity: "2" }],
    });
  });

  it("sends only what changed of a known record, and an emptied field as null", () => {
    const record = {
      id: "1",
      version: 2,
      partner_id: { id: "9", title: "远航" },
      count: 3,
      note: "old",
      lines: [{ id: "11", version: 1, quantity: "2" }],
    };
    const before = startValues(order, record, session, now);
    expect(payload(order, { line, order }, before, before)).toEqual({});
    expect(payload(order, { line, order }, { ...before, note: "" }, before)).toEqual({ note: null });
    const rows = before.lines as unknown as { id: string }[];
    const changed = { ...before, lines: [{ ...rows[0], quantity: "5" }] as never };
    expect(payload(order, { line, order }, changed, before)).toEqual({ lines: [{ id: "11", product_id: null, quantity: "5" }] });
  });

  it("resolves the words of a default for the person at hand", () => {
    expect(defaultValue(field("a", "date", { default: "today" }), session, now)).toBe("2026-02-01");
    expect(defaultValue(field("a", "link", { default: "me" }), session, now)).toEqual({ id: "7", title: "林晓" });
    expect(defaultValue(field("a", "link", { default: "my_organisation" }), session, now)).toEqual({ id: "9", title: "远航" });
    expect(defaultValue(field("a", "boolean", { default: "false" }), session, now)).toBe(false);
  });
});

describe("faults beside the field", () => {
  it.each<[FieldMeta, string | null, string | undefined]>([
    [field("a", "text", { required: true }), "", "form.required"],
    [field("a", "text"), "", undefined],
    [field("a", "money"), "12.345678", "form.invalid.decimals"],
    [field("a", "money"), "abc", "form.invalid.number"],
    [field("a", "integer"), "1.5", "form.invalid.integer"],
    [field("a", "quantity", { min: "1" }), "0", "form.invalid.min"],
    [field("a", "percent", { max: "100" }), "101", "form.invalid.max"],
    [field("a", "email"), "nobody", "form.invalid.email"],
    [field("a", "phone"), "0755-8812 3456 转 8", undefined],
    [field("a", "web"), "javascript:alert(1)", "form.invalid.web"],
    [field("a", "text", { max: 2 }), "三个字", "form.invalid.length"],
  ])("%o with %s", (meta, value, fault) => {
    expect(faultOf(meta, value, "A", say)).toBe(fault);
  });

  it("understands the ways a server names a child's field", () => {
    expect(["lines[0].quantity", "lines.0.quantity", "/lines/0/quantity"].map(fieldPath)).toEqual(
      Array(3).fill("lines.0.quantity"),
    );
  });
});

describe("numbers as people type them", () => {
  it.each([
    ["１，２３４．５０", "1234.50"],
    ["¥ 1,234.50", "1234.50"],
    ["12.5%", "12.5"],
    ["-3", "-3"],
  ])("%s", (typed, clean) => {
    expect(cleanNumber(typed)).toBe(clean);
  });

  it("groups for reading", () => {
    expect(groupDigits("1234567.5", true)).toBe("1,234,567.50");
    expect(groupDigits("0.1255", true)).toBe("0.1255");
    expect(groupDigits("12", false)).toBe("12");
    expect(groupDigits("12a", false)).toBe("12a");
  });
});

it("merges lines by id: my cells over theirs, my removals, their additions", () => {
  const child: ObjectMeta = { ...line, fields: [field("product", "text"), field("quantity", "quantity")] };
  const rows = (...list: [string, string, string][]) =>
    list.map(([id, product, quantity]) => ({ ...(id ? { id } : {}), rowKey: id || product, product, quantity })) as never;
  const before = rows(["1", "A", "1"], ["2", "B", "1"], ["3", "C", "1"], ["4", "D", "1"]);
  const mine = rows(["1", "A", "5"], ["3", "C", "1"], ["4", "D", "9"], ["", "E", "2"]);
  const latest = rows(["1", "A2", "1"], ["2", "B", "1"], ["5", "F", "7"]);
  const merged = mergedRows(child, before, mine, latest) as unknown as { id?: string; product: string; quantity: string }[];
  expect(merged.map(({ id, product, quantity }) => [id, product, quantity])).toEqual([
    ["1", "A2", "5"],
    ["5", "F", "7"],
    [undefined, "D", "9"],
    [undefined, "E", "2"],
  ]);
  expect(movedRows(child, before, latest)).toEqual({ added: 1, changed: 1, removed: 2 });
});
