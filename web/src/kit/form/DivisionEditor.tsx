/** Province, city, district in three steps or by typing a part of the name; the value is the six-digit code. */
import { Cascader } from "antd";
import { useMemo } from "react";
import { useLanguage } from "@/i18n";
import { type DivisionNode, divisionPath, useDivisions } from "../divisions";

interface Option {
  value: string;
  label: string;
  children?: Option[];
}

interface Props {
  value: string;
  onChange: (value: string | null) => void;
  onBlur?: (() => void) | undefined;
  id?: string | undefined;
  disabled?: boolean | undefined;
  status?: "" | "error";
  variant?: "outlined" | "borderless";
  "aria-label"?: string | undefined;
}

const optionOf = ([value, label, children]: DivisionNode): Option =>
  children?.length ? { value, label, children: children.map(optionOf) } : { value, label };

export default function DivisionEditor({ value, onChange, ...rest }: Props) {
  const { t } = useLanguage();
  const { data, isLoading } = useDivisions();
  const options = useMemo(() => (data ?? []).map(optionOf), [data]);
  const path = data && value ? divisionPath(data, value).map(([code]) => code) : [];
  return (
    <Cascader<Option>
      {...rest}
      className="full"
      value={path.length ? path : value ? [value] : []}
      options={options}
      loading={isLoading}
      placeholder={t("form.pick")}
      changeOnSelect
      showSearch
      onChange={(codes) => onChange((codes as string[] | undefined)?.at(-1) ?? null)}
    />
  );
}
