/** The typed control for one field. Values keep the API's JSON shape; a link holds id and title until it is sent. */
import { Input, Select, Switch } from "antd";
import { lazy, Suspense } from "react";
import type { FieldMeta, FieldValue, LinkValue } from "@/api/types";
import { useLanguage } from "@/i18n";
import type { ControlIds } from "@/ui/Field";
import { isLink, NUMBER_TYPES } from "../metadata";
import { DecimalInput } from "./DecimalInput";
import { LinkSelect } from "./LinkSelect";

const DateEditor = lazy(() => import("./DateEditor"));
const DivisionEditor = lazy(() => import("./DivisionEditor"));

export interface EditorProps {
  field: FieldMeta;
  value: FieldValue | undefined;
  onChange: (value: FieldValue | undefined) => void;
  onBlur?: () => void;
  ids?: ControlIds;
  disabled?: boolean;
  /** Without a frame, for cells. */
  bare?: boolean;
  label?: string;
  autoFocus?: boolean;
}

export function Editor(props: EditorProps) {
  const { field, value, onChange, onBlur, ids, disabled, bare, label, autoFocus } = props;
  const { say, t } = useLanguage();
  const common = {
    id: ids?.id,
    disabled,
    "aria-label": ids ? undefined : (label ?? say(field.label)),
    "aria-describedby": ids?.describedBy,
    "aria-required": field.required || undefined,
    status: ids?.invalid ? ("error" as const) : ("" as const),
    variant: bare ? ("borderless" as const) : ("outlined" as const),
    onBlur,
    autoFocus,
  };
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";

  if (NUMBER_TYPES.has(field.type)) return <DecimalInput {...common} field={field} value={text} onChange={onChange} />;
  switch (field.type) {
    case "boolean":
      return (
        <Switch
          id={ids?.id}
          checked={value === true}
          disabled={disabled}
          onChange={onChange}
          aria-label={label ?? say(field.label)}
        />
      );
    case "choice":
      return (
        <Select
          {...common}
          className="full"
          value={text || undefined}
          placeholder={t("form.pick")}
          allowClear={!field.required}
          showSearch={(field.choices?.length ?? 0) > 8 ? { optionFilterProp: "label" } : false}
          options={(field.choices ?? []).map((choice) => ({ value: choice.value, label: say(choice.label) }))}
          onChange={(next?: string) => onChange(next ?? null)}
        />
      );
    case "link":
      return (
        <LinkSelect
          {...common}
          field={field}
          value={isLink(value) ? (value as LinkValue) : text ? { id: text, title: "" } : null}
          onChange={onChange}
        />
      );
    case "date":
    case "instant":
      return (
        <Suspense fallback={<Input className="full" disabled />}>
          <DateEditor {...common} kind={field.type} value={text} onChange={onChange} />
        </Suspense>
      );
    case "division":
      return (
        <Suspense fallback={<Input className="full" disabled />}>
          <DivisionEditor {...common} value={text} onChange={onChange} />
        </Suspense>
      );
    case "long_text":
      return (
        <Input.TextArea
          {...common}
          value={text}
          autoSize={{ minRows: 3, maxRows: 12 }}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    default: {
      const mode = { phone: "tel", email: "email", web: "url" }[field.type as string] as "tel" | "email" | "url" | undefined;
      return (
        <Input {...common} value={text} inputMode={mode} autoComplete="off" onChange={(event) => onChange(event.target.value)} />
      );
    }
  }
}
