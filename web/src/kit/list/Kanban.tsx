/** Records by state. Dragging a card runs the one action that leads there; several or none: nothing moves, and it says so. */
import { App, Button } from "antd";
import { useState } from "react";
import { useList } from "@/api/hooks";
import type { ObjectMeta, RecordData, StateMeta } from "@/api/types";
import { useLanguage } from "@/i18n";
import { Bones, ErrorNote } from "@/ui/feedback";
import { StatusTag } from "@/ui/StatusTag";
import { actionsBetween } from "../metadata";
import { useActions } from "../record/useActions";
import { both, quote } from "./conditions";
import { RecordCard } from "./ListTable";
import type { ListState } from "./state";

interface LaneProps {
  object: ObjectMeta;
  state: ListState;
  lane: StateMeta;
  dragged: RecordData | null;
  onDrag: (row: RecordData | null) => void;
  onDrop: () => void;
}

function Lane({ object, state, lane, dragged, onDrag, onDrop }: LaneProps) {
  const { t, say } = useLanguage();
  const [over, setOver] = useState(false);
  const filter = both(state.filter, `state == ${quote(lane.name)}`);
  const list = useList(object.name, { filter, sort: state.sort, search: state.text });
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
  const total = list.data?.pages[0]?.total;
  const target =
    dragged && dragged.state !== lane.name ? actionsBetween(object, dragged.state ?? "", lane.name).length === 1 : false;
  return (
    <section
      className={`lane ${dragged && !target && dragged.state !== lane.name ? "lane-closed" : ""} ${over && target ? "lane-over" : ""}`}
      aria-label={say(lane.label)}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={() => {
        setOver(false);
        onDrop();
      }}
    >
      <header className="lane-head">
        <StatusTag text={say(lane.label)} color={lane.color} />
        <span className="muted number">{total ?? rows.length}</span>
      </header>
      {list.error ? <ErrorNote error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.isPending ? <Bones rows={3} /> : null}
      <ul className="lane-cards">
        {rows.map((row) => (
          <li
            key={row.id}
            className="card rec-card"
            draggable
            onDragStart={() => onDrag(row)}
            onDragEnd={() => onDrag(null)}
            onDoubleClick={() => state.change({ peek: row.id })}
          >
            <RecordCard object={object} row={{ ...row, state: "" }} columns={state.columns} fields={state.fields} />
          </li>
        ))}
      </ul>
      {list.hasNextPage ? (
        <Button type="text" block loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t("list.loadMore")}
        </Button>
      ) : null}
    </section>
  );
}

export default function Kanban({ object, state }: { object: ObjectMeta; state: ListState }) {
  const { t, say } = useLanguage();
  const { message } = App.useApp();
  const [dragged, setDragged] = useState<RecordData | null>(null);
  const actions = useActions(object);
  const drop = (lane: StateMeta) => {
    if (!dragged || dragged.state === lane.name) return;
    const [action, ...others] = actionsBetween(object, dragged.state ?? "", lane.name);
    if (action && !others.length) void actions.run(action, dragged);
    else void message.info(t("list.noMove", { state: say(lane.label) }));
    setDragged(null);
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the board scrolls sideways and must be reachable by keyboard
    <section className="board" tabIndex={0} aria-label={t("list.kanban")}>
      {(object.states ?? []).map((lane) => (
        <Lane
          key={lane.name}
          object={object}
          state={state}
          lane={lane}
          dragged={dragged}
          onDrag={setDragged}
          onDrop={() => drop(lane)}
        />
      ))}
      {actions.dialog}
    </section>
  );
}
