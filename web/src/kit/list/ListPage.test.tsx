import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import type { ObjectMeta } from "@/api/types";
import { deal, draw } from "../testing";
import { ListPage } from "./ListPage";

const label = { zh: "我的视图", en: "My views" };
const saved: ObjectMeta = { name: "saved_view", label, fields: [] };
const open: ObjectMeta = {
  ...deal,
  can: { create: false, import: false, export: true },
  views: [{ name: "open", label: { zh: "待处理", en: "Open" }, columns: ["customer_name"], filter: "amount > 1" }],
} as unknown as ObjectMeta;
const own = {
  id: "9",
  version: 1,
  name: "大单",
  object_name: "deal",
  settings: { columns: ["customer_name"], filter: "amount > 1000" },
};

const kept = { ...own, id: "10", name: "新视图", settings: { columns: ["customer_name"], filter: "amount > 1 and amount > 5" } };

/** Answers once with the kept views, when told, and never again; returns the conditions lists were asked for with, and what was deleted. */
function serving() {
  const asked: string[] = [];
  const deleted: string[] = [];
  let first = true;
  let tell = (_: number) => {};
  const told = new Promise<number>((resolve) => {
    tell = resolve;
  });
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const address = new URL(path, "http://test");
    if (init.method === "DELETE") deleted.push(address.pathname);
    if (init.method === "DELETE") return new Response(null, { status: 204 });
    if (address.pathname.endsWith("/saved_view")) {
      if (init.method === "POST") return new Response(JSON.stringify({ record: kept, actions: [], rights: {} }), { status: 201 });
      const status = await told;
      if (first) first = false;
      else await new Promise(() => {});
      return new Response(JSON.stringify(status === 200 ? { rows: [own], next: null } : { detail: "暂不可用" }), { status });
    }
    asked.push(address.searchParams.get("filter") ?? "");
    return new Response(JSON.stringify({ rows: [], next: null, total: 0 }), { status: 200 });
  });
  return { asked, deleted, tell };
}

it("waits for a kept view instead of showing another list", async () => {
  const { asked, tell } = serving();
  await draw(<ListPage object={open} />, [open, saved], "/?view=my-9");
  expect(await screen.findByRole("status")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /导出/ })).toBeNull();
  tell(200);
  await waitFor(() => expect(asked).toEqual(["amount > 1000"]));
  expect(screen.getByRole("button", { name: "大单" }).getAttribute("aria-current")).toBe("page");
});

it("says so when a kept view cannot be read", async () => {
  const { asked, tell } = serving();
  await draw(<ListPage object={open} />, [open, saved], "/?view=my-9");
  tell(403);
  expect((await screen.findByRole("alert")).textContent).toContain("暂不可用");
  expect(screen.queryByRole("button", { name: /导出/ })).toBeNull();
  expect(asked).toEqual([]);
});

it("removes a kept view only after asking", async () => {
  const { deleted, tell } = serving();
  tell(200);
  await draw(<ListPage object={open} />, [open, saved], "/?view=my-9");
  await userEvent.click(await screen.findByRole("button", { name: "删除视图“大单”" }));
  await userEvent.click(await screen.findByRole("button", { name: "取消" }));
  expect(deleted).toEqual([]);
  await userEvent.click(screen.getByRole("button", { name: "删除视图“大单”" }));
  await userEvent.click(await screen.findByRole("button", { name: "删除" }));
  await waitFor(() => expect(deleted).toEqual(["/api/v1/saved_view/9"]));
});

it("opens a view that was just kept before all views are read again", async () => {
  const { tell } = serving();
  tell(200);
  await draw(<ListPage object={open} />, [open, saved], "/?filter=amount%20%3E%205");
  await userEvent.click(await screen.findByRole("button", { name: "存为我的视图" }));
  await userEvent.type(await screen.findByRole("textbox", { name: "视图名称" }), "新视图{Enter}");
  const tab = await screen.findByRole("button", { name: "新视图" });
  await waitFor(() => expect(tab.getAttribute("aria-current")).toBe("page"));
  expect(screen.queryByRole("button", { name: "存为我的视图" })).toBeNull();
});
