/** The list as a table (desktop) or as cards (phone); both grow along the server's cursor. */
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useCallback } from "react";
import type { FieldMeta, ObjectMeta, RecordData } from "@/api/types";
import { useLanguage } from "@/i18n";
import { DataTable } from "@/ui/DataTable";
import { usePreferences } from "@/ui/preferences";
import { useKit } from "../context";
import { FieldText } from "../FieldText";
import { isEmpty, NUMBER_TYPES, titleFields, titleOf } from "../metadata";
import { useStored } from "../stored";
import type { ListState } from "./state";

interface Props {
  object: ObjectMeta;
  state: ListState;
  rows: RecordData[];
  more: boolean;
  loading: boolean;
  onMore: () => void;
  selected: Set<string>;
  onSelect: (ids: Set<string>) => void;
}

const WIDTHS: Partial<Record<FieldMeta["type"], number>> = {
  date: 124,
  instant: 164,
  money: 140,
  quantity: 110,
  percent: 100,
  integer: 100,
  boolean: 90,
  choice: 130,
};

const widthOf = (field: FieldMeta, title: boolean) => (title ? 260 : (WIDTHS[field.type] ?? 180));

export function ListTable({ object, state, rows, more, onMore, selected, onSelect }: Props) {
  const { t, say } = useLanguage();
  const { session } = useKit();
  const { density } = usePreferences();
  const [widths, setWidths] = useStored<Record<string, number>>(`qudao.widths.${session.user.id}.${object.name}`, {});
  const titles = titleFields(object).filter((name) => state.columns.includes(name));
  const columns = state.columns.map((name) => {
    const field = state.fields.get(name) as FieldMeta;
    const isTitle = titles.includes(name);
    // Where both languages have a column, each shows its own.
    const shown = (row: RecordData) => {
      if (isTitle && titles.length === 1) return titleOf(object, row);
      return typeof row[name] === "string" ? row[name] : "";
    };
    // A name that is missing in the reader's language is shown in the other.
    const isNamed = (row: RecordData) =>
      typeof row[name] === "string" ? isTitle || name === "number" : isTitle && isEmpty(row[name]);
    return {
      name,
      label: say(field.label),
      width: widths[name] ?? widthOf(field, isTitle),
      right: NUMBER_TYPES.has(field.type),
      sortable: Boolean(field.filter),
      cell: (row: RecordData) =>
        isNamed(row) && shown(row) ? (
          <Link
            className="strong"
            to="/o/$object/$id"
            params={{ object: object.name, id: row.id }}
            onClick={(event) => event.stopPropagation()}
          >
            {shown(row)}
          </Link>
        ) : (
          <FieldText field={field} value={row[name]} />
        ),
    };
  });
  const { change, sort } = state;
  const end = useCallback(() => {
    if (more) onMore();
  }, [more, onMore]);
  return (
    <DataTable
      label={say(object.label)}
      columns={columns}
      rows={rows}
      idOf={(row) => row.id}
      rowHeight={density === "compact" ? 34 : 44}
      sort={sort.split(",")[0] ?? ""}
      onSort={(name) => change({ sort: sort === name ? `-${name}` : sort === `-${name}` ? undefined : name })}
      onResize={(name, width) => setWidths({ ...widths, [name]: width })}
      selected={selected}
      onSelect={onSelect}
      onOpen={(row) => change({ peek: row.id })}
      onEnd={end}
      active={state.search.peek}
      texts={{
        selectAll: t("list.selectAll"),
        selectRow: (id) =>
          t("list.selectRow", { title: titleOf(object, rows.find((row) => row.id === id) ?? { id, version: 0 }) }),
        sortBy: (label) => t("list.sortBy", { label }),
        resize: (label) => t("list.resize", { label }),
      }}
    />
  );
}

export function RecordCard({
  object,
  row,
  columns,
  fields,
}: {
  object: ObjectMeta;
  row: RecordData;
  columns: string[];
  fields: Map<string, FieldMeta>;
}) {
  const { say } = useLanguage();
  const state = fields.get("state");
  const head = [...titleFields(object), "state"];
  if (titleOf(object, row) === row.number) head.push("number");
  const shown = columns.filter((name) => !head.includes(name) && !isEmpty(row[name])).slice(0, 4);
  return (
    <>
      <div className="rec-card-head">
        <Link to="/o/$object/$id" params={{ object: object.name, id: row.id }}>
          {titleOf(object, row)}
        </Link>
        {state && row.state ? <FieldText field={state} value={row.state} /> : null}
      </div>
      <dl className="rec-card-facts">
        {shown.map((name) => {
          const field = fields.get(name) as FieldMeta;
          return (
            <div key={name}>
              <dt>{say(field.label)}</dt>
              <dd>
                <FieldText field={field} value={row[name]} links={false} />
              </dd>
            </div>
          );
        })}
      </dl>
    </>
  );
}

export function ListCards({ object, state, rows, more, loading, onMore }: Props) {
  const { t } = useLanguage();
  return (
    <div className="rec-cards">
      <ul>
        {rows.map((row) => (
          <li key={row.id} className="card rec-card">
            <RecordCard object={object} row={row} columns={state.columns} fields={state.fields} />
          </li>
        ))}
      </ul>
      {more ? (
        <Button block loading={loading} onClick={onMore}>
          {t("list.loadMore")}
        </Button>
      ) : null}
    </div>
  );
}
