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

interface Props {
  onPlaced: (number: unknown) => void;
  quantity?: string;
  store?: string;
  reprice?: () => Promise<void>;
}

function Cart({ onPlaced, quantity = "2", store = "", reprice = async () => {} }: Props) {
  const { place, placing, refused } = usePlaceOrder((record) => onPlaced(record.number), reprice);
  const send = () =>
    void place([{ product_id: "1", quantity }], NOWHERE, { comment: "", coupon_code: "", pickup_site_id: store }, "20.00");
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

const submittedAlready = { status: 409, body: { code: "state.conflict", detail: "已提交" } };

it.each([
  ["in quantity", { quantity: "3" }],
  ["in its store alone", { store: "8" }],
])("makes another order of a cart that differs %s, after a draft was submitted elsewhere", async (_, other) => {
  const placed = vi.fn();
  const elsewhere = order("confirmed", 2);
  const draft = {
    ...order("draft"),
    body: { ...order("draft").body, record: { id: "6", version: 1, state: "draft", number: "SO-6" } },
  };
  const done = { ...draft, body: { ...draft.body, record: { ...draft.body.record, state: "confirmed", version: 2 } } };
  const sent = serve(order("draft"), submittedAlready, elsewhere, elsewhere, draft, done);
  const page = await draw(<Cart onPlaced={placed} />);
  await userEvent.click(screen.getByRole("button", { name: "order" }));
  await screen.findByRole("button", { name: "again" });
  page.unmount();
  await draw(<Cart onPlaced={placed} {...other} />);
  await userEvent.click(screen.getByRole("button", { name: "order" }));
  await waitFor(() => expect(placed).toHaveBeenCalledWith("SO-6"));
  expect(writes(sent)).toEqual(["/sales_order", "/sales_order/5/submit", "/sales_order", "/sales_order/6/submit"]);
  expect(sent[4]?.body).toMatchObject({ pickup_site_id: "store" in other ? other.store : null });
});

it("forgets a submission that was refused and left its draft", async () => {
  const placed = vi.fn();
  const draftYet = order("draft");
  serve(draftYet, submittedAlready, draftYet);
  await draw(<Cart onPlaced={placed} />);
  await userEvent.click(screen.getByRole("button", { name: "order" }));
  await screen.findByRole("button", { name: "again" });
  await waitFor(() => expect(screen.getByRole<HTMLButtonElement>("button").disabled).toBe(false));
  expect(Object.keys(localStorage).filter((key) => key.includes("cart.submitted"))).toEqual([]);
});

it("sends the price that was shown, and waits for the new one when it rose", async () => {
  const dearer = { status: 409, body: { code: "order.price_changed", detail: "价格已变" } };
  const sent = serve(order("draft"), dearer, order("draft"));
  let answer = () => {};
  const reprice = () => new Promise<void>((resolve) => (answer = resolve));
  await draw(<Cart onPlaced={vi.fn()} reprice={reprice} />);
  await userEvent.click(screen.getByRole("button", { name: "order" }));
  const button = await screen.findByRole<HTMLButtonElement>("button", { name: "again" });
  expect(button.disabled).toBe(true);
  expect(sent[1]?.body).toEqual({ shown_amount: "20.00" });
  answer();
  await waitFor(() => expect(button.disabled).toBe(false));
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
