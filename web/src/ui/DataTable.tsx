/**
 * A table that stays fast with tens of thousands of rows: rows have one height, only those near the window are in the page.
 * Keyboard: Tab to the table, arrows move the row, Enter opens, Space selects.
 */
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { type Column, TableHead, type TableTexts } from "./TableHead";
import "./table.css";

export type { Column, TableTexts };

interface Props<Row> {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  idOf: (row: Row) => string;
  rowHeight: number;
  sort?: string;
  onSort?: (name: string) => void;
  onResize?: (name: string, width: number) => void;
  selected?: Set<string>;
  onSelect?: (ids: Set<string>) => void;
  onOpen?: (row: Row) => void;
  onEnd?: () => void;
  active?: string | undefined;
  texts: TableTexts;
  foot?: ReactNode;
}

const AROUND = 8;

export function DataTable<Row>(props: Props<Row>) {
  const { columns, rows, idOf, rowHeight, selected, onSelect, onOpen, onEnd, active, texts } = props;
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const [cursor, setCursor] = useState(0);
  const first = Math.max(0, Math.floor(top / rowHeight) - AROUND);
  const last = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + AROUND);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setHeight(element.clientHeight));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  const nearEnd = rows.length > 0 && last >= rows.length - 5;
  useEffect(() => {
    if (nearEnd) onEnd?.();
  }, [nearEnd, onEnd]);

  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect?.(next);
  };

  const press = (event: KeyboardEvent) => {
    if (event.target !== box.current) return;
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    const row = rows[cursor];
    if (move) {
      const next = Math.min(rows.length - 1, Math.max(0, cursor + move));
      setCursor(next);
      const y = next * rowHeight;
      const element = box.current;
      if (y < element.scrollTop) element.scrollTop = y;
      else if (y + rowHeight * 2.5 > element.scrollTop + element.clientHeight)
        element.scrollTop = y + rowHeight * 2.5 - element.clientHeight;
    } else if (event.key === "Enter" && row) onOpen?.(row);
    else if (event.key === " " && row && onSelect) toggle(idOf(row));
    else return;
    event.preventDefault();
  };

  const all = rows.length > 0 && rows.every((row) => selected?.has(idOf(row)));
  const width = columns.reduce((sum, column) => sum + column.width, onSelect ? 44 : 0);
  return (
    // biome-ignore lint/a11y/useSemanticElements: the scrolling box is a region around the table, not a section of the page
    <div
      ref={box}
      className="table-box"
      role="region"
      aria-label={props.label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={press}
    >
      <table className="table" style={{ minWidth: width }} aria-rowcount={rows.length + 1}>
        <colgroup>
          {onSelect ? <col style={{ width: 44 }} /> : null}
          {columns.map((column) => (
            <col key={column.name} style={{ width: column.width }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {onSelect ? (
              <th scope="col" className="table-check">
                <input
                  type="checkbox"
                  aria-label={texts.selectAll}
                  checked={all}
                  onChange={() => onSelect(all ? new Set() : new Set(rows.map(idOf)))}
                />
              </th>
            ) : null}
            {columns.map((column) => (
              <TableHead key={column.name} column={column} texts={texts} {...pickHead(props)} />
            ))}
          </tr>
        </thead>
        <tbody>
          {first > 0 ? <tr style={{ height: first * rowHeight }} /> : null}
          {rows.slice(first, last).map((row, offset) => {
            const id = idOf(row);
            const index = first + offset;
            return (
              <tr
                key={id}
                aria-rowindex={index + 2}
                aria-selected={selected?.has(id) || undefined}
                className={rowClass(index === cursor, id === active)}
                style={{ height: rowHeight }}
                onClick={() => {
                  setCursor(index);
                  onOpen?.(row);
                }}
              >
                {onSelect ? (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the cell only keeps the click from opening the row
                  <td className="table-check" onClick={(event) => event.stopPropagation()}>
                    <input
                      type="checkbox"
                      aria-label={texts.selectRow(id)}
                      checked={selected?.has(id) ?? false}
                      onChange={() => toggle(id)}
                    />
                  </td>
                ) : null}
                {columns.map((column) => (
                  <td key={column.name} className={column.right ? "right number" : undefined}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          {last < rows.length ? <tr style={{ height: (rows.length - last) * rowHeight }} /> : null}
        </tbody>
        {props.foot}
      </table>
    </div>
  );
}

function pickHead<Row>({ sort, onSort, onResize }: Props<Row>): Pick<Props<Row>, "sort" | "onSort" | "onResize"> {
  return { ...(sort === undefined ? {} : { sort }), ...(onSort ? { onSort } : {}), ...(onResize ? { onResize } : {}) };
}

const rowClass = (cursor: boolean, active: boolean) => `${cursor ? "row-cursor" : ""} ${active ? "row-active" : ""}`;
