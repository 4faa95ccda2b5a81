/** Chips over the list. A chip opens its editor; every change becomes part of the filter expression in the address. */
import { Button, Popover } from "antd";
import { lazy, Suspense, useState } from "react";
import type { FieldMeta } from "@/api/types";
import { useLanguage } from "@/i18n";
import { Bones } from "@/ui/feedback";
import { Icon } from "@/ui/Icon";
import { useKit } from "../context";
import { divisionName, useDivisions } from "../divisions";
import { plainText } from "../FieldText";
import { type Condition, operatorLabel, readFilter, WORDS, writeFilter } from "./conditions";

// Its editors of every type are needed by who filters, not by who reads.
const ConditionEditor = lazy(() => import("./ConditionEditor").then((module) => ({ default: module.ConditionEditor })));

interface Props {
  fields: Map<string, FieldMeta>;
  filter: string;
  onChange: (filter: string | undefined) => void;
}

function useChipText(fields: Map<string, FieldMeta>, filter: string) {
  const divisions = useDivisions(filter.includes("starts_with"));
  const language = useLanguage();
  const { session } = useKit();
  const { t, say } = language;
  const words: Record<string, string> = {
    me: t("filter.me"),
    my_organisation: t("filter.myOrganisation"),
    today: t("filter.today"),
  };
  return (condition: Condition): string => {
    const [base = "", ...path] = condition.field.split(".");
    const field = fields.get(base);
    const label = [say(field?.label) || base, ...path].join(" · ");
    if (!field) return `${label} ${condition.operator} ${condition.values.join(", ")}`;
    const values = condition.values.map((value) => {
      if (WORDS.has(value) && words[value]) return words[value];
      if (field.type === "division") return divisions.data ? divisionName(divisions.data, value) : value;
      if (field.type === "boolean") return plainText(field, value === "true", language, session.site);
      return plainText(field, value, language, session.site);
    });
    return `${label} ${t(operatorLabel(condition.operator, field))} ${values.join(", ")}`.trim();
  };
}

export function FilterBar({ fields, filter, onChange }: Props) {
  const { t } = useLanguage();
  const chipText = useChipText(fields, filter);
  const [open, setOpen] = useState<number | null>(null);
  const conditions = readFilter(filter);
  const usable = [...fields.values()].filter((field) => field.filter && !["json", "long_text", "degrees"].includes(field.type));

  const write = (next: Condition[]) => {
    setOpen(null);
    onChange(writeFilter(next, fields) || undefined);
  };
  const editor = (index: number, condition: Condition | undefined) => (
    <Suspense fallback={<Bones rows={3} />}>
      <ConditionEditor
        fields={usable}
        condition={condition}
        onApply={(next) => write(conditions ? [...conditions.slice(0, index), next, ...conditions.slice(index + 1)] : [next])}
      />
    </Suspense>
  );

  return (
    <div className="filters">
      {conditions === null ? (
        <span className="chip">
          <span className="chip-text" title={filter}>
            {t("list.customFilter")}: {filter}
          </span>
          <button type="button" className="plain chip-close" aria-label={t("common.remove")} onClick={() => onChange(undefined)}>
            <Icon name="close" size={13} />
          </button>
        </span>
      ) : (
        conditions.map((condition, index) => (
          <span key={`${condition.field}${condition.operator}${condition.values.join()}`} className="chip">
            <Popover
              trigger="click"
              placement="bottomLeft"
              open={open === index}
              onOpenChange={(on) => setOpen(on ? index : null)}
              destroyOnHidden
              content={editor(index, condition)}
            >
              <button type="button" className="plain chip-text">
                {chipText(condition)}
              </button>
            </Popover>
            <button
              type="button"
              className="plain chip-close"
              aria-label={`${t("common.remove")} ${chipText(condition)}`}
              onClick={() => write(conditions.filter((_, at) => at !== index))}
            >
              <Icon name="close" size={13} />
            </button>
          </span>
        ))
      )}
      {conditions !== null && usable.length ? (
        <Popover
          trigger="click"
          placement="bottomLeft"
          open={open === -1}
          onOpenChange={(on) => setOpen(on ? -1 : null)}
          destroyOnHidden
          content={editor(conditions.length, undefined)}
        >
          <Button size="small" type="dashed" icon={<Icon name="filter" size={14} />}>
            {t("list.addFilter")}
          </Button>
        </Popover>
      ) : null}
      {filter ? (
        <Button size="small" type="link" onClick={() => onChange(undefined)}>
          {t("list.clear")}
        </Button>
      ) : null}
    </div>
  );
}
