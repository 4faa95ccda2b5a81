/** Sent, or picked up at a store: every store, near to far, and whether it has the cart's goods, gifts included, now. */
import { Select } from "antd";
import { useCall } from "@/api/hooks";
import { useLanguage } from "@/i18n";
import { Field } from "@/ui/Field";
import { ErrorNote } from "@/ui/feedback";
import { kilometres } from "../distance";
import type { Ask } from "./pricing";

interface Store {
  id: string;
  title: string;
  distance_metres: number | null;
  suffices: boolean;
  /** Why it cannot serve the cart. */
  reason: "short" | "full" | null;
}

interface Props {
  ask: Ask;
  value: string;
  errors: string[] | undefined;
  onChange: (site: string) => void;
}

const SAID = { short: "cart.storeLacks", full: "cart.storeBusy" } as const;

export function PickUp({ ask, value, errors, onChange }: Props) {
  const { t } = useLanguage();
  const { data, error, refetch, isFetching } = useCall<{ stores: Store[] }>("order.pickup_sites", ask);
  const stores = data?.stores ?? [];
  // A choice in force stays in sight, and can be taken back, whatever became of the stores.
  const isDrawn = stores.length > 0 || value !== "";
  const said = ({ title, distance_metres, reason }: Store) =>
    [title, distance_metres === null ? "" : kilometres(distance_metres), t(reason ? SAID[reason] : "cart.inStock")]
      .filter(Boolean)
      .join(" · ");
  const options = stores.map((store) => ({ value: store.id, label: said(store), disabled: !store.suffices }));
  if (value && !stores.some((store) => store.id === value)) {
    options.push({ value, label: t(isFetching ? "common.loading" : "cart.storeUnknown"), disabled: true });
  }
  return (
    <>
      {isDrawn ? (
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
              options={options}
              onChange={(site: string | null) => onChange(site ?? "")}
            />
          )}
        </Field>
      ) : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
    </>
  );
}
