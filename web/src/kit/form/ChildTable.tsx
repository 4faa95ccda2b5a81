/** Child records as a spreadsheet: type in cells, paste blocks from Excel, Enter moves down. Unmatched link texts are left empty. */
import { Button } from "antd";
import { type ClipboardEvent, type KeyboardEvent, useRef } from "react";
import type { FieldMeta, FieldValue, ObjectMeta } from "@/api/types";
import { useLanguage } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { useKit } from "../context";
import { FieldText } from "../FieldText";
import { isEmpty, isSystem, NUMBER_TYPES } from "../metadata";
import { Editor } from "./Editor";
import { findLink, pastedValue } from "./pasted";
import { type ChildRow, defaultValue, type Errors } from "./values";

interface Props {
  object: ObjectMeta;
  list: string;
  link: string;
  rows: ChildRow[];
  errors: Errors;
  onChange: (rows: ChildRow[]) => void;
}

let rowCount = 0;
/** Unlike those of a draft, which were counted in another page. */
const rowKey = () => `new-${Date.now()}-${++rowCount}`;

export function ChildTable({ object, list, link, rows, errors, onChange }: Props) {
  const { t, say } = useLanguage();
  const { meta, session } = useKit();
  const latest = useRef(rows);
  latest.current = rows;
  const filled = (field: FieldMeta) => rows.some((row) => !isEmpty(row[field.name]));
  // What rules compute is shown once there is something to show; links and notes of theirs belong to the reading view.
  const shown = (field: FieldMeta) => !field.read_only || (NUMBER_TYPES.has(field.type) && filled(field));
  const columns = object.fields.filter(
    (field) => field.name !== link && !isSystem(field.name) && field.name !== "state" && field.type !== "json" && shown(field),
  );
  const entered = columns.filter((field) => !field.read_only);

  const fresh = (): ChildRow => {
    const row: ChildRow = { rowKey: rowKey() };
    for (const field of entered) {
      const value = defaultValue(field, session, new Date());
      if (value !== undefined) row[field.name] = value;
    }
    return row;
  };
  const setCell = (index: number, name: string, value: FieldValue | undefined) =>
    onChange(latest.current.map((row, at) => (at === index ? { ...row, [name]: value } : row)));

  const paste = async (event: ClipboardEvent, index: number, column: number) => {
    const text = event.clipboardData.getData("text/plain");
    if (!/[\t\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    const block = text
      .replace(/\r/g, "")
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => line.split("\t"));
    const next = [...latest.current];
    const wanted: { row: number; field: FieldMeta; text: string }[] = [];
    for (const [down, cells] of block.entries()) {
      const at = index + down;
      const row: ChildRow = { ...(next[at] ?? fresh()) };
      for (const [right, cell] of cells.entries()) {
        const field = entered[column + right];
        if (!field) continue;
        if (field.type === "link") wanted.push({ row: at, field, text: cell.trim() });
        else row[field.name] = pastedValue(field, cell);
      }
      next[at] = row;
    }
    onChange(next);
    const found = await Promise.all(
      wanted
        .filter((one) => one.text)
        .map(async (one) => ({ ...one, value: await findLink(meta.objects[one.field.to ?? ""], one.text) })),
    );
    if (!found.length) return;
    onChange(
      latest.current.map((row, at) => ({
        ...row,
        ...Object.fromEntries(found.filter((one) => one.row === at).map((one) => [one.field.name, one.value])),
      })),
    );
  };

  const press = (event: KeyboardEvent<HTMLElement>, index: number) => {
    if (event.key !== "Enter" || event.shiftKey || (event.target as HTMLElement).getAttribute("role") === "combobox") return;
    event.preventDefault();
    const cell = (event.target as HTMLElement).closest("td");
    const column = cell ? [...(cell.parentElement?.children ?? [])].indexOf(cell) : -1;
    const body = cell?.closest("tbody");
    if (index === rows.length - 1) onChange([...rows, fresh()]);
    requestAnimationFrame(() =>
      body?.children[index + 1]?.children[column]?.querySelector<HTMLElement>("input,textarea,button")?.focus(),
    );
  };

  return (
    <section className="card form-section">
      <div className="child-head">
        <h2 className="form-legend">{say(object.label)}</h2>
        <span className="muted">{t("form.pasteHint")}</span>
      </div>
      {errors[list]?.length ? (
        <p className="field-note field-error" role="alert">
          {errors[list]?.join(" ")}
        </p>
      ) : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: wide tables scroll and must be reachable by keyboard */}
      <section className="child-box" tabIndex={0} aria-label={say(object.label)}>
        <table className="child-table">
          <thead>
            <tr>
              <th scope="col">{t("form.rowNumber")}</th>
              {columns.map((field) => (
                <th key={field.name} scope="col">
                  {say(field.label)}
                  {field.required && !field.read_only ? <span className="field-required">*</span> : null}
                </th>
              ))}
              <th scope="col">
                <span className="sr-only">{t("common.remove")}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={row.rowKey}>
                <td className="muted number">{index + 1}</td>
                {columns.map((field) => {
                  const faults = errors[`${list}.${index}.${field.name}`];
                  if (field.read_only) {
                    return (
                      <td key={field.name} className="child-read" title={t("form.loadedByServer")}>
                        <FieldText field={field} value={row[field.name]} links={false} />
                      </td>
                    );
                  }
                  return (
                    <td
                      key={field.name}
                      className={faults?.length ? "child-fault" : undefined}
                      onPaste={(event) => void paste(event, index, entered.indexOf(field))}
                      onKeyDown={(event) => press(event, index)}
                    >
                      <Editor
                        bare
                        field={field}
                        label={t("form.cell", { row: index + 1, label: say(field.label) })}
                        value={row[field.name]}
                        onChange={(value) => setCell(index, field.name, value)}
                      />
                      {faults?.length ? <div className="field-note field-error">{faults.join(" ")}</div> : null}
                    </td>
                  );
                })}
                <td>
                  <Button
                    type="text"
                    size="small"
                    icon={<Icon name="close" />}
                    aria-label={t("form.removeRow", { row: index + 1 })}
                    onClick={() => onChange(rows.filter((_, at) => at !== index))}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <Button type="dashed" icon={<Icon name="plus" />} onClick={() => onChange([...rows, fresh()])}>
        {t("form.addRow")}
      </Button>
    </section>
  );
}
