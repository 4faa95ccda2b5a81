/** Decimal text in, decimal text out. Grouped for reading, as typed while typing; accepts what is pasted from spreadsheets. */
import { Input } from "antd";
import { useState } from "react";
import type { FieldMeta } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useKit } from "../context";
import { cleanNumber } from "./values";

interface Props {
  field: FieldMeta;
  value: string;
  onChange: (value: string | null) => void;
  onBlur?: (() => void) | undefined;
  id?: string | undefined;
  disabled?: boolean | undefined;
  status?: "" | "error";
  variant?: "outlined" | "borderless";
  autoFocus?: boolean | undefined;
  "aria-label"?: string | undefined;
}

/** 1234567.5 as 1,234,567.5; money always with at least two decimals. Anything that is no number stays as typed. */
export function groupDigits(text: string, money: boolean): string {
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text);
  if (!match) return text;
  const whole = (match[2] ?? "").replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const fraction = money ? (match[3] ?? "").padEnd(2, "0").replace(/^(\d{2}\d*?)0+$/, "$1") : match[3];
  return `${match[1]}${whole}${fraction ? `.${fraction}` : ""}`;
}

export function DecimalInput({ field, value, onChange, onBlur, variant, ...rest }: Props) {
  const { locale } = useLanguage();
  const { session } = useKit();
  const [typing, setTyping] = useState<string | null>(null);
  const money = field.type === "money";
  const sign = money
    ? new Intl.NumberFormat(locale, { style: "currency", currency: session.site.currency, currencyDisplay: "narrowSymbol" })
        .formatToParts(0)
        .find((part) => part.type === "currency")?.value
    : undefined;
  const frame = variant === "borderless" ? {} : { prefix: sign, suffix: field.type === "percent" ? "%" : undefined };
  return (
    <Input
      {...rest}
      {...frame}
      variant={variant}
      className="full number"
      inputMode="decimal"
      autoComplete="off"
      value={typing ?? (value ? groupDigits(value, money) : "")}
      onChange={(event) => {
        setTyping(event.target.value);
        onChange(cleanNumber(event.target.value) || null);
      }}
      onBlur={() => {
        setTyping(null);
        onBlur?.();
      }}
    />
  );
}
