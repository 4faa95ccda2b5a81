/**
 * A column's heading: sorts by click, is widened by its grip.
 * Not here: which sort is on (the URL says).
 */
import type { ReactNode } from "react";
import { Icon } from "./Icon";

export interface Column<Row> {
  name: string;
  label: string;
  width: number;
  right?: boolean;
  sortable?: boolean;
  cell: (row: Row) => ReactNode;
}

export interface TableTexts {
  selectAll: string;
  selectRow: (id: string) => string;
  sortBy: (label: string) => string;
  resize: (label: string) => string;
}

interface HeadProps<Row> {
  column: Column<Row>;
  sort?: string;
  onSort?: (name: string) => void;
  onResize?: (name: string, width: number) => void;
  texts: TableTexts;
}

export function TableHead<Row>({ column, sort, onSort, onResize, texts }: HeadProps<Row>) {
  const way = sort === column.name ? "ascending" : sort === `-${column.name}` ? "descending" : undefined;
  const begin = (event: React.PointerEvent<HTMLSpanElement>) => {
    event.preventDefault();
    const from = event.clientX;
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    const move = (next: PointerEvent) => onResize?.(column.name, Math.max(72, column.width + next.clientX - from));
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", () => handle.removeEventListener("pointermove", move), { once: true });
  };
  return (
    <th scope="col" aria-sort={way ?? (column.sortable ? "none" : undefined)} className={column.right ? "right" : undefined}>
      {column.sortable && onSort ? (
        <button
          type="button"
          className="plain table-sort"
          onClick={() => onSort(column.name)}
          aria-label={texts.sortBy(column.label)}
        >
          <span>{column.label}</span>
          {way ? <Icon name={way === "ascending" ? "up" : "down"} size={13} /> : null}
        </button>
      ) : (
        <span>{column.label}</span>
      )}
      {onResize ? (
        <span className="table-grip" onPointerDown={begin} aria-hidden="true" title={texts.resize(column.label)} />
      ) : null}
    </th>
  );
}
