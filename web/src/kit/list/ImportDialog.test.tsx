import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { deal, draw } from "../testing";
import ImportDialog from "./ImportDialog";

it("tries one file at a time, so that none is imported on another's trial", async () => {
  const sent: string[] = [];
  let answer = () => {};
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    sent.push(`${path.slice(7)} ${String(init.body)}`);
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return new Response(JSON.stringify({ created: 1, updated: 0, errors: [] }), { status: 200 });
  });
  await draw(<ImportDialog object={deal} onClose={vi.fn()} />);
  const pick = (text: string) => {
    // What jsdom's own file lacks.
    const read = { arrayBuffer: async () => new TextEncoder().encode(text).buffer };
    const file = Object.assign(new File([text], `${text}.csv`, { type: "text/csv" }), read);
    return userEvent.upload(document.querySelector("input[type=file]") as HTMLInputElement, file);
  };
  await pick("one");
  await waitFor(() => expect(sent).toHaveLength(1));
  await pick("two");
  answer();
  const run = screen.getByRole<HTMLButtonElement>("button", { name: /导入/ });
  await waitFor(() => expect(run.disabled).toBe(false));
  await userEvent.click(run);
  await waitFor(() => expect(sent).toEqual(["/deal/import?dry_run=1 one", "/deal/import one"]));
});

it("sends a workbook as it is", async () => {
  const sent: { type: string | null; body: unknown }[] = [];
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    sent.push({ type: new Headers(init.headers).get("content-type"), body: init.body });
    return new Response(JSON.stringify({ created: 1, updated: 0, errors: [] }), { status: 200 });
  });
  await draw(<ImportDialog object={deal} onClose={vi.fn()} />);
  const bytes = new Uint8Array([0x50, 0x4b, 3, 4, 0xff]).buffer;
  const type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  const file = Object.assign(new File([bytes], "orders.xlsx", { type }), { arrayBuffer: async () => bytes });
  await userEvent.upload(document.querySelector("input[type=file]") as HTMLInputElement, file);
  await waitFor(() => expect(sent).toEqual([{ type, body: bytes }]));
});
