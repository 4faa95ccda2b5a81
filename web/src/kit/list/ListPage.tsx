/** The list of one object, drawn from its declaration; everything it shows can be shared as an address. */
import { Button } from "antd";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { useList } from "@/api/hooks";
import type { ObjectMeta } from "@/api/types";
import { useLanguage } from "@/i18n";
import { inside, many } from "@/i18n/names";
import { Bones, EmptyState, ErrorNote, PageHead } from "@/ui/feedback";
import { Icon } from "@/ui/Icon";
import { usePhone } from "@/ui/preferences";
import { ButtonLink } from "../ButtonLink";
import { BulkBar } from "./BulkBar";
import { FilterBar } from "./FilterBar";
import { ListCards, ListTable } from "./ListTable";
import { type ListState, type UnknownView, useListState } from "./state";
import { Toolbar } from "./Toolbar";
import { ViewTabs } from "./ViewTabs";
import "./list.css";

const Kanban = lazy(() => import("./Kanban"));
const PeekDrawer = lazy(() => import("../record/PeekDrawer"));
const ImportDialog = lazy(() => import("./ImportDialog"));

function Nothing({ object, state }: { object: ObjectMeta; state: ListState }) {
  const { t, say } = useLanguage();
  const label = say(inside(many(object.label)));
  if (state.search.filter || state.text) {
    return (
      <EmptyState icon="search" title={t("list.noMatch", { label })} text={t("list.noMatchHelp")}>
        <Button onClick={() => state.change({ filter: undefined, q: undefined })}>{t("list.clear")}</Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={object.icon ?? "layers"} title={t("list.empty", { label })} text={say(object.purpose)}>
      {object.can?.create ? (
        <ButtonLink look="primary" to="/o/$object/new" params={{ object: object.name }}>
          {t("form.new", { label: say(inside(object.label)) })}
        </ButtonLink>
      ) : null}
    </EmptyState>
  );
}

function Rows({ object, state }: { object: ObjectMeta; state: ListState }) {
  const { t } = useLanguage();
  const phone = usePhone();
  const [selected, setSelected] = useState<Set<string>>(new Set());
  const list = useList(object.name, { filter: state.filter, sort: state.sort, search: state.text });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.rows) ?? [], [list.data]);
  const { fetchNextPage, isFetchingNextPage } = list;
  const more = useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);

  if (list.isPending) return <Bones rows={10} />;
  // What was read before stays when reading it again fails.
  if (!list.data) return <ErrorNote error={list.error} onRetry={() => void list.refetch()} />;
  if (!rows.length) return <Nothing object={object} state={state} />;
  const total = list.data.pages[0]?.total ?? rows.length;
  const chosen = rows.filter((row) => selected.has(row.id));
  const props = {
    object,
    state,
    rows,
    more: list.hasNextPage,
    loading: isFetchingNextPage,
    onMore: more,
    selected,
    onSelect: setSelected,
  };
  return (
    <>
      {chosen.length ? <BulkBar object={object} rows={chosen} onClear={() => setSelected(new Set())} /> : null}
      {phone ? <ListCards {...props} /> : <ListTable {...props} />}
      <footer className="list-foot muted number" aria-live="polite">
        {t("list.total", { total, shown: rows.length })}
        {list.hasNextPage && !phone ? (
          <Button size="small" type="link" loading={isFetchingNextPage} onClick={more}>
            {t("list.loadMore")}
          </Button>
        ) : null}
      </footer>
    </>
  );
}

function Shown({ object, state, onImport }: { object: ObjectMeta; state: ListState; onImport: () => void }) {
  const kanban = state.shape === "kanban" && Boolean(object.states?.length);
  return (
    <>
      <div className="list-tools">
        <FilterBar fields={state.fields} filter={state.search.filter ?? ""} onChange={(filter) => state.change({ filter })} />
        <Toolbar object={object} state={state} onImport={onImport} />
      </div>
      {kanban ? (
        <Suspense fallback={<Bones kind="cards" />}>
          <Kanban object={object} state={state} />
        </Suspense>
      ) : (
        <div className="card list-body">
          <Rows key={state.view.name} object={object} state={state} />
        </div>
      )}
    </>
  );
}

function Unknown({ view }: { view: UnknownView }) {
  return view.error ? <ErrorNote error={view.error} onRetry={view.retry} /> : <Bones rows={10} />;
}

export function ListPage({ object }: { object: ObjectMeta }) {
  const { t, say } = useLanguage();
  const state = useListState(object);
  const [importing, setImporting] = useState(false);
  const { change } = state;
  return (
    <div className="page list-page">
      <title>{`${say(many(object.label))} · ${t("product")}`}</title>
      <PageHead title={say(many(object.label))} purpose={say(object.purpose)}>
        {object.can?.create ? (
          <ButtonLink look="primary" icon={<Icon name="plus" />} to="/o/$object/new" params={{ object: object.name }}>
            {t("common.create")}
          </ButtonLink>
        ) : null}
      </PageHead>
      <ViewTabs object={object} state={state} />
      {state.unknown ? (
        <Unknown view={state.unknown} />
      ) : (
        <Shown object={object} state={state} onImport={() => setImporting(true)} />
      )}
      <Suspense>
        {state.search.peek ? (
          <PeekDrawer object={object} id={state.search.peek} onClose={() => change({ peek: undefined })} />
        ) : null}
        {importing ? <ImportDialog object={object} onClose={() => setImporting(false)} /> : null}
      </Suspense>
    </div>
  );
}
