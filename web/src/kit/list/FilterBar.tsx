/** Chips over the list. A chip opens its editor; every change becomes part of the filter expression in the address. */
import { Button, Popover } from "antd";
import { Fragment, lazy, Suspense, useId, useState } from "react";
import type { FieldMeta, ObjectMeta } from "@/api/types";
import { useLanguage } from "@/i18n";
import { Bones } from "@/ui/feedback";
import { Icon } from "@/ui/Icon";
import { useKit } from "../context";
import { fieldsOf } from "../metadata";
import { ValueText } from "../ValueText";
import { type Condition, operatorLabel, readFilter, WORD_TEXTS, writeFilter } from "./conditions";

// Its editors of every type are needed by who filters, not by who reads.
const ConditionEditor = lazy(() => import("./ConditionEditor").then((module) => ({ default: module.ConditionEditor })));

interface Props {
  fields: Map<string, FieldMeta>;
  filter: string;
  onChange: (filter: string | undefined) => void;
}

/** A condition in words; a path leads on to the linked object's field. */
function ChipText({ fields, condition }: { fields: Map<string, FieldMeta>; condition: Condition }) {
  const { meta } = useKit();
  const { t, say } = useLanguage();
  const labels: string[] = [];
  let known: Map<string, FieldMeta> | undefined = fields;
  let field: FieldMeta | undefined;
  for (const name of condition.field.split(".")) {
    field = known?.get(name);
    labels.push(say(field?.label) || name);
    const object: ObjectMeta | undefined = meta.objects[field?.to ?? ""];
    known = object && fieldsOf(object);
  }
  const shown = (value: string) => {
    const word = WORD_TEXTS[value];
    if (word) return t(word);
    return <ValueText field={field} value={field?.type === "boolean" ? value === "true" : value} />;
  };
  return (
    <>
      {labels.join(" · ")} {field ? t(operatorLabel(condition.operator, field)) : condition.operator}{" "}
      {condition.values.map((value, index) => (
        <Fragment key={value}>
          {index ? ", " : null}
          {shown(value)}
        </Fragment>
      ))}
    </>
  );
}

export function FilterBar({ fields, filter, onChange }: Props) {
  const { t } = useLanguage();
  const id = useId();
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
              <button type="button" className="plain chip-text" id={`${id}-${index}`}>
                <ChipText fields={fields} condition={condition} />
              </button>
            </Popover>
            <button
              type="button"
              className="plain chip-close"
              id={`${id}-${index}-remove`}
              aria-label={t("common.remove")}
              aria-labelledby={`${id}-${index}-remove ${id}-${index}`}
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
