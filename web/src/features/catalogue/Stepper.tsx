/** How many: one less, a field to type in, one more. Zero means not in the cart. */
import { Button, Input } from "antd";
import { useState } from "react";
import { useLanguage } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { decimal, steps } from "../decimal";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

const ONE = steps("1");

export function Stepper({ label, value, onChange }: Props) {
  const { t } = useLanguage();
  const [typing, setTyping] = useState<string | null>(null);
  const move = (by: bigint) => {
    const next = steps(value || "0") + by;
    onChange(next > 0n ? decimal(next) : "");
  };
  const settle = () => {
    if (typing !== null) onChange(steps(typing) > 0n ? decimal(steps(typing)) : "");
    setTyping(null);
  };
  return (
    <span className="stepper">
      <Button
        icon={<Icon name="minus" size={14} />}
        aria-label={t("cart.less", { label })}
        disabled={!value}
        onClick={() => move(-ONE)}
      />
      <Input
        className="number"
        inputMode="decimal"
        aria-label={t("cart.quantityOf", { label })}
        value={typing ?? (value || "0")}
        onFocus={(event) => {
          setTyping(value);
          event.target.select();
        }}
        onChange={(event) => setTyping(event.target.value.trim())}
        onBlur={settle}
        onPressEnter={settle}
      />
      <Button icon={<Icon name="plus" size={14} />} aria-label={t("cart.moreOf", { label })} onClick={() => move(ONE)} />
    </span>
  );
}
