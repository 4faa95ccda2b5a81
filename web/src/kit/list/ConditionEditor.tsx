/** Field, operator and a value of the field's own type. */
import { Button, Select } from "antd";
import { useState } from "react";
import type { FieldMeta, FieldValue } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useKit } from "../context";
import { Editor } from "../form/Editor";
import { idOf } from "../metadata";
import { useLinkName } from "../ValueText";
import { type Condition, type Operator, operatorLabel, operatorsOf, WORD_TEXTS } from "./conditions";

interface Props {
  fields: FieldMeta[];
  condition: Condition | undefined;
  onApply: (condition: Condition) => void;
}

const asText = (value: FieldValue | undefined): string =>
  idOf(value) ?? (value === undefined || value === null ? "" : String(value));

function startValue(field: FieldMeta | undefined, condition: Condition | undefined): FieldValue | undefined {
  const value = condition?.values[0];
  if (value === undefined) return field?.type === "boolean" ? true : undefined;
  return field?.type === "boolean" ? value === "true" : value;
}

export function ConditionEditor({ fields, condition, onApply }: Props) {
  const { t, say } = useLanguage();
  const { meta } = useKit();
  const [name, setName] = useState(condition?.field ?? fields[0]?.name ?? "");
  const field = fields.find((one) => one.name === name) ?? fields[0];
  const operators = field ? operatorsOf(field) : [];
  const [operator, setOperator] = useState<Operator>(condition?.operator ?? operators[0] ?? "==");
  const [value, setValue] = useState<FieldValue | undefined>(() => startValue(field, condition));
  // The address holds a linked record's id only.
  const linked = field?.type === "link" && typeof value === "string" ? value : "";
  const linkedWord = WORD_TEXTS[linked];
  const linkedName = useLinkName(field, linkedWord ? "" : linked);
  const [several, setSeveral] = useState<string[]>(condition?.values ?? []);
  if (!field) return null;
  const needsValue = operator !== "empty" && operator !== "filled";
  const values = operator === "in" ? several : [asText(value)];
  const ready = !needsValue || (values.length > 0 && values.every((text) => text !== ""));
  const organisation = field.type === "link" && meta.objects[field.to ?? ""]?.organisation;
  const word = field.to === "user" ? "me" : organisation ? "my_organisation" : field.type === "date" ? "today" : undefined;
  const wordText = WORD_TEXTS[word ?? ""];
  const apply = () => ready && onApply({ field: field.name, operator, values: needsValue ? values : [] });

  return (
    <form
      className="condition"
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <Select
        aria-label={t("filter.field")}
        showSearch={{ optionFilterProp: "label" }}
        value={field.name}
        options={fields.map((one) => ({ value: one.name, label: say(one.label) }))}
        onChange={(next: string) => {
          const picked = fields.find((one) => one.name === next);
          setName(next);
          setOperator(picked ? (operatorsOf(picked)[0] ?? "==") : "==");
          setValue(startValue(picked, undefined));
          setSeveral([]);
        }}
      />
      <Select
        aria-label={t("filter.operator")}
        value={operator}
        options={operators.map((one) => ({ value: one, label: t(operatorLabel(one, field)) }))}
        onChange={(next: Operator) => setOperator(next)}
      />
      {needsValue && operator === "in" ? (
        <Select
          mode="multiple"
          autoFocus
          aria-label={t("filter.value")}
          value={several}
          onChange={setSeveral}
          options={(field.choices ?? []).map((choice) => ({ value: choice.value, label: say(choice.label) }))}
        />
      ) : null}
      {needsValue && operator !== "in" ? (
        <Editor
          field={{ ...field, required: false }}
          value={linked ? { id: linked, title: linkedWord ? t(linkedWord) : linkedName } : value}
          onChange={setValue}
          label={t("filter.value")}
          autoFocus
        />
      ) : null}
      <div className="condition-foot">
        {word && wordText && needsValue ? (
          <Button size="small" onClick={() => onApply({ field: field.name, operator, values: [word] })}>
            {t(wordText)}
          </Button>
        ) : null}
        <Button size="small" type="primary" htmlType="submit" disabled={!ready}>
          {t("common.apply")}
        </Button>
      </div>
    </form>
  );
}
