import { describe, expect, it } from "vitest";
import type { Decision, RecordData } from "@/api/types";
import { bearing, candidatesOf, reachOf, ringsFor } from "./sourcing";

const text = (zh: string, en: string) => ({ zh, en });

describe("sourcing decision", () => {
  it.each([
    ["north", { latitude: 32, longitude: 121 }, 0],
    ["east", { latitude: 0, longitude: 122 }, 90],
    ["south", { latitude: 30, longitude: 121 }, 180],
  ])("points %s", (name, to, expected) => {
    const from = { latitude: name === "east" ? 0 : 31, longitude: 121 };
    expect(Math.round(bearing(from, to))).toBe(expected);
  });

  it("takes name, reason and distance apart", () => {
    const decision = {
      explanation: {
        text: text("发货网点已确定", "A site ships"),
        outcome: "pass",
        children: [
          { text: text("浦东店：库存不足", "浦东店: not enough stock"), value: "1880 m", outcome: "fail" },
          { text: text("寻源规则", "Sourcing rules"), outcome: "info" },
        ],
      },
    } as unknown as Decision;
    const order = { id: "1", version: 1, latitude: "31.2", longitude: "121.5" } as RecordData;
    const sites = [{ id: "2", version: 1, name: "浦东店", kind: "store", latitude: "31.3", longitude: "121.5" }] as RecordData[];
    const [found, ...others] = candidatesOf(decision, order, sites);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ name: "浦东店", reason: text("库存不足", "not enough stock"), metres: 1880, store: true });
    expect(Math.round(found?.bearing ?? -1)).toBe(0);
  });

  it("draws rings out to the farthest", () => {
    expect(ringsFor([1_880], 3_000)).toEqual([3_000]);
    expect(ringsFor([1_663_109], 3_000).at(-1)).toBe(3_000_000);
    expect(ringsFor([1_663_109], 5_500)).toContain(5_500);
    expect(ringsFor([1_663_109], 5_500).length).toBeLessThanOrEqual(4);
    expect(ringsFor([900])).toEqual([1_000]);
  });

  it("keeps everything inside the outer ring", () => expect([reachOf(0, 3_000), reachOf(9_000, 3_000)]).toEqual([0, 1]));
});
