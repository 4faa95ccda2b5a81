/** Where the goods go: an earlier address, the company's own, or a new one. Coordinates let a near store ship. */
import { App, Button, Input, Select } from "antd";
import { type Dispatch, lazy, type SetStateAction, Suspense, useEffect, useMemo } from "react";
import { useRecord, useRows } from "@/api/hooks";
import type { RecordData } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useKit } from "@/kit/context";
import "@/kit/form/form.css";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";

const DivisionEditor = lazy(() => import("@/kit/form/DivisionEditor"));

export interface Address {
  ship_to_name: string;
  ship_to_phone: string;
  division: string;
  address: string;
  latitude: string;
  longitude: string;
}

export const NOWHERE: Address = {
  ship_to_name: "",
  ship_to_phone: "",
  division: "",
  address: "",
  latitude: "",
  longitude: "",
};

const PARTS = Object.keys(NOWHERE) as (keyof Address)[];
const text = (value: unknown) => (typeof value === "string" ? value : "");
const addressOf = (record: RecordData): Address =>
  Object.fromEntries(PARTS.map((part) => [part, text(record[part])])) as unknown as Address;

/** Addresses of the last orders, each once, newest first; the company's own last. */
function useKnown(): { key: string; label: string; address: Address }[] {
  const { session } = useKit();
  const { t } = useLanguage();
  const own = session.user.organisation?.id ?? "";
  const orders = useRows("sales_order", { sort: "-created_at", limit: 20 }).data;
  const partner = useRecord("partner", own, Boolean(own)).data?.record;
  return useMemo(() => {
    // The newest address is offered first, whichever answer comes first.
    if (!orders || (own && !partner)) return [];
    const known = new Map<string, { label: string; address: Address }>();
    for (const row of orders?.rows ?? []) {
      const address = addressOf(row);
      if (!address.address || !address.division) continue;
      const label = [address.ship_to_name, address.address].filter(Boolean).join(" · ");
      if (!known.has(label)) known.set(label, { label, address });
    }
    if (partner) {
      const address: Address = {
        ...addressOf(partner),
        ship_to_name: text(partner.contact_name),
        ship_to_phone: text(partner.phone),
      };
      known.set("own", { label: t("ship.own", { name: text(partner.name) }), address });
    }
    return [...known].map(([key, one]) => ({ key, ...one }));
  }, [orders, own, partner, t]);
}

interface Props {
  value: Address;
  errors: Record<string, string[]>;
  /** As of `useState`: a position that arrives late must not undo what was typed meanwhile. */
  onChange: Dispatch<SetStateAction<Address>>;
}

export function ShipTo({ value, errors, onChange }: Props) {
  const { t } = useLanguage();
  const { message } = App.useApp();
  const known = useKnown();
  const untouched = PARTS.every((part) => !value[part]);
  const first = known[0]?.address;

  useEffect(() => {
    if (untouched && first) onChange(first);
  }, [untouched, first, onChange]);

  const set = (part: keyof Address, next: string) => {
    // A new place has other coordinates; keeping the old ones would source from the wrong store.
    const moved = part === "division" || part === "address" ? { latitude: "", longitude: "" } : {};
    onChange((old) => ({ ...old, ...moved, [part]: next }));
  };
  const locate = () =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        onChange((old) => ({ ...old, latitude: coords.latitude.toFixed(6), longitude: coords.longitude.toFixed(6) })),
      () => void message.warning(t("ship.noPlace")),
      { timeout: 8000 },
    );
  const plain = (part: keyof Address, label: string, type: "text" | "tel" = "text") => (
    <Field label={label} required={part !== "ship_to_phone"} errors={errors[part]}>
      {(ids) => (
        <Input
          id={ids.id}
          type={type}
          status={ids.invalid ? "error" : ""}
          aria-describedby={ids.describedBy}
          value={value[part]}
          onChange={(event) => set(part, event.target.value)}
        />
      )}
    </Field>
  );
  return (
    <section className="ship" aria-label={t("ship.title")}>
      <h3 className="cart-heading">{t("ship.title")}</h3>
      {known.length ? (
        <Field label={t("ship.known")}>
          {(ids) => (
            <Select
              id={ids.id}
              className="full"
              value={known.find((one) => JSON.stringify(one.address) === JSON.stringify(value))?.key ?? null}
              placeholder={t("ship.new")}
              options={known.map((one) => ({ value: one.key, label: one.label }))}
              onChange={(key) => onChange(known.find((one) => one.key === key)?.address ?? NOWHERE)}
            />
          )}
        </Field>
      ) : null}
      <div className="ship-grid">
        {plain("ship_to_name", t("ship.name"))}
        {plain("ship_to_phone", t("ship.phone"), "tel")}
      </div>
      <Field label={t("ship.division")} required errors={errors.division}>
        {(ids) => (
          <Suspense fallback={<Input disabled />}>
            <DivisionEditor
              id={ids.id}
              status={ids.invalid ? "error" : ""}
              value={value.division}
              onChange={(code) => set("division", code ?? "")}
            />
          </Suspense>
        )}
      </Field>
      {plain("address", t("ship.address"))}
      <p className="ship-place muted">
        <Icon name="pin" size={14} />
        {value.latitude && value.longitude ? (
          <span className="number">
            {value.latitude}, {value.longitude}
          </span>
        ) : (
          <span>{t("ship.placeHelp")}</span>
        )}
        <Button type="link" size="small" onClick={locate}>
          {t("ship.locate")}
        </Button>
      </p>
    </section>
  );
}
