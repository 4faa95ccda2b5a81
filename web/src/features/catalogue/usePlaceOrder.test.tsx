import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { draw, serve } from "@/kit/testing";
import { NOWHERE } from "./ShipTo";
import { usePlaceOrder } from "./usePlaceOrder";

const order = (state: string, version = 1) => ({
  status: 200,
  body: { record: { id: "5", version, state, number: "SO-5" }, actions: [], rights: {} },
});
const lost = { status: 0, body: null };

function Cart({ onPlaced }: { onPlaced: (number: unknown) => void }) {
  const { place, placing, refused } = usePlaceOrder((record) => onPlaced(record.number));
  const send = () => void place([{ product_id: "1", quantity: "2" }], NOWHERE, { comment: "", coupon_code: "" });
  return (
    <button type="button" disabled={placing} onClick={send}>
      {refused ? "again" : "order"}
    </button>
  );
}

const writes = (sent: ReturnType<typeof serve>) => sent.filter((one) => one.method !== "GET").map((one) => one.path.slice(7));

it("takes an order whose answer was lost for placed, even after the page was loaded anew", async () => {
  const placed = vi.fn();
  const sent = serve(order("draft"), lost, lost, lost, order("confirmed", 2));
  const page = await draw(<Cart onPlaced={placed} />);
  await userEvent.click(screen.getByRole("button", { name: "order" }));
  await screen.findByRole("button", { name: "again" }, { timeout: 5_000 });
  page.unmount();
  await draw(<Cart onPlaced={placed} />);
  await userEvent.click(screen.getByRole("button", { name: "order" }));
  await waitFor(() => expect(placed).toHaveBeenCalledWith("SO-5"));
  expect(writes(sent)).toEqual(["/sales_order", ...Array(3).fill("/sales_order/5/submit")]);
});

it("writes to the draft a refusal left, in the version it has now", async () => {
  const placed = vi.fn();
  const refusal = { status: 422, body: { code: "order.no_credit", detail: "信用不足" } };
  const sent = serve(order("draft"), refusal, order("draft", 3), order("draft", 4), order("confirmed", 5));
  await draw(<Cart onPlaced={placed} />);
  await userEvent.click(screen.getByRole("button", { name: "order" }));
  await userEvent.click(await screen.findByRole("button", { name: "again" }));
  await waitFor(() => expect(placed).toHaveBeenCalledWith("SO-5"));
  expect(sent[3]?.method).toBe("PATCH");
  expect(sent[3]?.headers.get("if-match")).toBe('"3"');
});
