import { describe, expect, it } from "vitest";
import {
  dayIn,
  formatDate,
  formatInstant,
  formatMoney,
  formatNumber,
  formatPercent,
  formatShort,
  instantOf,
  wallTime,
} from "./format";

describe("money", () => {
  it.each([
    ["1234.5", "¥1,234.50"],
    ["0", "¥0.00"],
    ["-88", "-¥88.00"],
    ["0.1255", "¥0.1255"],
    ["9007199254740993.01", "¥9,007,199,254,740,993.01"],
  ])("%s is %s, digit by digit", (amount, shown) => {
    expect(formatMoney(amount, "CNY", "zh-CN")).toBe(shown);
    expect(formatMoney(amount, "CNY", "en")).toBe(shown);
  });

  it("leaves what is no amount as it is", () => {
    expect(formatMoney("n/a", "CNY", "en")).toBe("n/a");
  });

  it("shortens for cards in the language's own steps", () => {
    expect(formatShort("1284000", "zh-CN", "CNY")).toBe("¥128.4万");
    expect(formatShort("1284000", "en", "CNY")).toBe("¥1.28M");
  });
});

describe("other values", () => {
  it("groups numbers and keeps decimals", () => {
    expect(formatNumber("1234567.125", "en")).toBe("1,234,567.125");
    expect(formatPercent("12.5", "zh-CN")).toBe("12.5%");
  });

  it("shows days by locale", () => {
    expect(formatDate("2026-01-31", "zh-CN")).toBe("2026-01-31");
    expect(formatDate("2026-01-31", "en")).toBe("Jan 31, 2026");
  });

  it("shows instants on the site's clocks", () => {
    expect(formatInstant("2026-01-31T16:30:00Z", "zh-CN", "Asia/Shanghai")).toBe("2026-02-01 00:30");
    expect(dayIn("Asia/Shanghai", new Date("2026-01-31T16:30:00Z"))).toBe("2026-02-01");
  });
});

describe("wall-clock time", () => {
  it.each([
    ["2026-01-31T08:00:00Z", "Asia/Shanghai"],
    ["2026-03-29T00:59:59Z", "Europe/Berlin"],
    ["2026-03-29T01:00:01Z", "Europe/Berlin"],
    ["2026-07-01T12:00:00Z", "America/New_York"],
  ])("%s in %s survives the way there and back", (instant, zone) => {
    expect(instantOf(wallTime(instant, zone), zone)).toBe(instant);
  });
});
