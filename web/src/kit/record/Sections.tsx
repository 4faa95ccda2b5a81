/** A record's fields for reading, section by section, and its child lists as tables. */
import type { FieldMeta, ObjectMeta, RecordData } from "@/api/types";
import { type Language, useLanguage } from "@/i18n";
import { inside, many } from "@/i18n/names";
import { useKit } from "../context";
import { FieldText } from "../FieldText";
import { fieldsOf, inLanguage, isEmpty, isSystem, NUMBER_TYPES } from "../metadata";

function readSections(object: ObjectMeta, record: RecordData, other: string, { say, locale }: Language) {
  const fields = fieldsOf(object);
  const used = new Set<string>(["state"]);
  const visible = (name: string) => fields.get(name) !== undefined && record[name] !== undefined;
  const own = (names: string[]) => inLanguage(names, (name) => fields.has(name), locale);
  const sections = (object.sections ?? []).map((section) => {
    for (const name of section.fields) used.add(name);
    return { label: say(section.label), names: own(section.fields).filter(visible) };
  });
  const rest = own(object.fields.map((field) => field.name)).filter(
    (name) => !used.has(name) && !isSystem(name) && visible(name) && name !== "number" && !isEmpty(record[name]),
  );
  if (rest.length) sections.push({ label: sections.length ? other : say(object.label), names: rest });
  return sections.filter((section) => section.names.length);
}

function ChildRows({ child, link, rows }: { child: ObjectMeta; link: string; rows: RecordData[] }) {
  const { t, say } = useLanguage();
  const columns = child.fields.filter(
    (field) =>
      field.name !== link && !isSystem(field.name) && field.type !== "json" && rows.some((row) => !isEmpty(row[field.name])),
  );
  const right = (field: FieldMeta) => (NUMBER_TYPES.has(field.type) ? "right" : undefined);
  return (
    <section className="card block" aria-label={say(child.label)}>
      <h2 className="block-title">
        {say(child.label)} <span className="muted number">{rows.length}</span>
      </h2>
      {rows.length ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: wide tables scroll and must be reachable by keyboard
        <section className="child-box" tabIndex={0} aria-label={say(child.label)}>
          <table className="read-table">
            <thead>
              <tr>
                {columns.map((field) => (
                  <th key={field.name} scope="col" className={right(field)}>
                    {say(field.label)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  {columns.map((field) => (
                    <td key={field.name} className={right(field)}>
                      <FieldText field={field} value={row[field.name]} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : (
        <p className="muted">{t("record.noRelated", { label: say(inside(many(child.label))) })}</p>
      )}
    </section>
  );
}

export function Sections({ object, record }: { object: ObjectMeta; record: RecordData }) {
  const language = useLanguage();
  const { t, say } = language;
  const { meta } = useKit();
  const fields = fieldsOf(object);
  return (
    <>
      {readSections(object, record, t("form.other"), language).map((section) => (
        <section key={section.label} className="card block">
          <h2 className="block-title">{section.label}</h2>
          <dl className="facts">
            {section.names.map((name) => {
              const field = fields.get(name) as FieldMeta;
              return (
                <div key={name} className={field.type === "long_text" ? "fact fact-wide" : "fact"}>
                  <dt>{say(field.label)}</dt>
                  <dd>
                    <FieldText field={field} value={record[name]} />
                  </dd>
                </div>
              );
            })}
          </dl>
        </section>
      ))}
      {(object.children ?? []).map(({ object: name, list, link }) => {
        const child = meta.objects[name];
        const rows = record[list];
        if (!child || !Array.isArray(rows)) return null;
        return <ChildRows key={list} child={child} link={link} rows={rows as RecordData[]} />;
      })}
    </>
  );
}
