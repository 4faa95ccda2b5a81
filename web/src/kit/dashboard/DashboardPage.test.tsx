import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { deal, draw, serve } from "../testing";
import { DashboardPage } from "./DashboardPage";

it("says as of when the oldest of its figures is", async () => {
  const label = { zh: "报备数", en: "Registrations" };
  const tile = { object: "deal", kind: "number", label, measures: ["registration_count"] };
  const other = { ...tile, label: { zh: "另一数", en: "Other" }, measures: ["other_count"] };
  const reply = (as_of: string) => ({
    status: 200,
    body: { columns: [{ name: "registration_count", label, type: "integer" }], rows: [["3"]], as_of },
  });
  serve(
    { status: 200, body: { name: "overview", label, tiles: [tile, other] } },
    reply("2026-11-24T00:05:09Z"),
    reply("2026-11-24T00:03:59.5Z"),
  );
  const measures = ["registration_count", "other_count"].map((name) => ({ name, label }));
  await draw(<DashboardPage name="overview" />, [{ ...deal, measures }], "/?period=all");
  expect(await screen.findByText("全部 · 数据截至 2026-11-24 08:03")).toBeTruthy();
});
