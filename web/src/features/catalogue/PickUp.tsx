/** Sent, or picked up at a store: every store, near to far, and whether it has the cart's goods now. */
import { Select } from "antd";
import { useCall } from "@/api/hooks";
import { useLanguage } from "@/i18n";
import { Field } from "@/ui/Field";
import { kilometres } from "../distance";
import type { CartLine, Place } from "./pricing";

interface Store {
  id: string;
  title: string;
  distance_metres: number | null;
  suffices: boolean;
}

interface Props {
  lines: CartLine[];
  place: Place;
  value: string;
  errors: string[] | undefined;
  onChange: (site: string) => void;
}

export function PickUp({ lines, place, value, errors, onChange }: Props) {
  const { t } = useLanguage();
  const { latitude, longitude } = place;
  const from = latitude && longitude ? { latitude, longitude } : {};
  const { data } = useCall<{ stores: Store[] }>("order.pickup_sites", { ...from, lines });
  if (!data?.stores.length) return null;
  const said = (store: Store) =>
    [
      store.title,
      store.distance_metres === null ? "" : kilometres(store.distance_metres),
      t(store.suffices ? "cart.inStock" : "cart.noStock"),
    ]
      .filter(Boolean)
      .join(" · ");
  return (
    <Field label={t("cart.pickUp")} errors={errors}>
      {(ids) => (
        <Select
          id={ids.id}
          className="full"
          allowClear
          aria-describedby={ids.describedBy}
          status={ids.invalid ? "error" : ""}
          placeholder={t("cart.sent")}
          value={value || null}
          options={data.stores.map((store) => ({ value: store.id, label: said(store), disabled: !store.suffices }))}
          onChange={(site: string | null) => onChange(site ?? "")}
        />
      )}
    </Field>
  );
}
