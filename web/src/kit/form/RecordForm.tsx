/** The fields of one record, section by section; child lists as tables below. Draws; the state is in useRecordForm. */
import { Alert } from "antd";
import type { FieldMeta, ObjectMeta } from "@/api/types";
import { useLanguage } from "@/i18n";
import { Field } from "@/ui/Field";
import { useKit } from "../context";
import { enteredFields } from "../metadata";
import { ChildTable } from "./ChildTable";
import { Editor } from "./Editor";
import type { RecordFormState } from "./useRecordForm";
import type { ChildRow, Errors } from "./values";
import "./form.css";

interface Section {
  key: string;
  label: string;
  fields: FieldMeta[];
}

/** Declared sections, then whatever they leave out. */
export function formSections(
  object: ObjectMeta,
  writable: (name: string) => boolean,
  other: string,
  say: (text: FieldMeta["label"]) => string,
): Section[] {
  const left = new Map(enteredFields(object).map((field) => [field.name, field]));
  const sections = (object.sections ?? []).map((section, index) => {
    const fields = section.fields
      .map((name) => left.get(name))
      .filter((field): field is FieldMeta => field !== undefined && writable(field.name));
    for (const name of section.fields) left.delete(name);
    return { key: `${index}`, label: say(section.label), fields };
  });
  const rest = [...left.values()].filter((field) => writable(field.name));
  if (rest.length) sections.push({ key: "other", label: sections.length ? other : say(object.label), fields: rest });
  return sections.filter((section) => section.fields.length > 0);
}

/** Refusals that belong to no field on this form would be lost: they are listed on top. */
function orphaned(errors: Errors, names: Set<string>): string[] {
  return Object.entries(errors)
    .filter(([path]) => !names.has(path.split(".")[0] ?? ""))
    .flatMap(([, details]) => details);
}

export function RecordForm({
  object,
  form,
  rights,
}: {
  object: ObjectMeta;
  form: RecordFormState;
  rights: Record<string, string> | undefined;
}) {
  const { meta } = useKit();
  const { t, say } = useLanguage();
  const writable = (name: string) => rights?.[name] === undefined || rights[name] === "write";
  const sections = formSections(object, writable, t("form.other"), say);
  // A list nobody may enter anything into is written by rules alone.
  const children = (object.children ?? []).filter((child) => {
    const line = meta.objects[child.object];
    return line && enteredFields(line).some((field) => field.name !== child.link);
  });
  const shown = new Set([
    ...sections.flatMap((section) => section.fields.map((field) => field.name)),
    ...children.map((child) => child.list),
  ]);
  const top = [...form.general, ...orphaned(form.errors, shown)];
  const first = sections[0]?.fields[0]?.name;
  return (
    <div className="form">
      {top.length ? <Alert type="error" showIcon title={t("form.refusedSummary")} description={top.join(" ")} /> : null}
      {sections.map((section) => (
        <fieldset key={section.key} className="card form-section">
          <legend className="form-legend">{section.label}</legend>
          <div className="form-grid">
            {section.fields.map((field) => (
              <Field
                key={field.name}
                name={field.name}
                label={say(field.label)}
                required={Boolean(field.required)}
                help={say(field.help)}
                errors={form.errors[field.name]}
                wide={field.type === "long_text"}
              >
                {(ids) => (
                  <Editor
                    field={field}
                    ids={ids}
                    value={form.values[field.name]}
                    autoFocus={field.name === first && !form.baseRecord}
                    onChange={(value) => form.set(field.name, value)}
                    onBlur={() => form.check(field.name)}
                  />
                )}
              </Field>
            ))}
          </div>
        </fieldset>
      ))}
      {children.map((child) => (
        <ChildTable
          key={child.list}
          object={meta.objects[child.object] as ObjectMeta}
          list={child.list}
          link={child.link}
          rows={(form.values[child.list] ?? []) as unknown as ChildRow[]}
          errors={form.errors}
          onChange={(rows) => form.set(child.list, rows as never)}
        />
      ))}
    </div>
  );
}
