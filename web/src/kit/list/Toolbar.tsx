/** Search in the list, columns, shape, export and import. */
import { App, Button, Checkbox, Dropdown, Input, Popover, Segmented } from "antd";
import { useEffect, useRef, useState } from "react";
import { download, queryText } from "@/api/client";
import type { ObjectMeta } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useErrorText } from "@/ui/errorText";
import { Icon } from "@/ui/Icon";
import { usePhone } from "@/ui/preferences";
import type { ListState } from "./state";

const TYPING_MS = 300;

function SearchBox({ text, onText }: { text: string; onText: (text: string | undefined) => void }) {
  const { t } = useLanguage();
  const [typed, setTyped] = useState(text);
  // What comes back from the address as it was sent there must not touch what is being typed.
  const sent = useRef(text);
  useEffect(() => {
    if (text === sent.current) return;
    sent.current = text;
    setTyped(text);
  }, [text]);
  useEffect(() => {
    const next = typed.trim();
    if (next === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = next;
      onText(next || undefined);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, onText]);
  return (
    <Input
      allowClear
      className="list-search"
      prefix={<Icon name="search" />}
      aria-label={t("list.searchHere")}
      placeholder={t("list.searchHere")}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}

function ColumnPicker({ state }: { state: ListState }) {
  const { t, say } = useLanguage();
  const all = [...state.fields.values()].filter((field) => field.type !== "json");
  const order = [...state.columns, ...all.map((field) => field.name).filter((name) => !state.columns.includes(name))];
  const put = (columns: string[]) => state.change({ columns: columns.join(",") || undefined });
  const move = (name: string, by: number) => {
    const next = [...state.columns];
    const at = next.indexOf(name);
    const to = at + by;
    if (at < 0 || to < 0 || to >= next.length) return;
    next.splice(at, 1);
    next.splice(to, 0, name);
    put(next);
  };
  return (
    <div className="column-list">
      {order.map((name) => {
        const on = state.columns.includes(name);
        const label = say(state.fields.get(name)?.label);
        return (
          <div key={name} className="column-item">
            <Checkbox
              checked={on}
              onChange={() => put(on ? state.columns.filter((one) => one !== name) : [...state.columns, name])}
            >
              {label}
            </Checkbox>
            {on ? (
              <span className="column-moves">
                <Button
                  size="small"
                  type="text"
                  icon={<Icon name="up" size={13} />}
                  aria-label={`↑ ${label}`}
                  onClick={() => move(name, -1)}
                />
                <Button
                  size="small"
                  type="text"
                  icon={<Icon name="down" size={13} />}
                  aria-label={`↓ ${label}`}
                  onClick={() => move(name, 1)}
                />
              </span>
            ) : null}
          </div>
        );
      })}
      <Button size="small" type="link" onClick={() => state.change({ columns: undefined })}>
        {t("list.resetColumns")}
      </Button>
    </div>
  );
}

export function Toolbar({ object, state, onImport }: { object: ObjectMeta; state: ListState; onImport: () => void }) {
  const { t, locale } = useLanguage();
  const phone = usePhone();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const { change } = state;
  const [setText] = useState(() => (q: string | undefined) => change({ q }));
  const file = async (format: string) => {
    const { filter, sort, text: search } = state;
    const columns = state.exported.join(",");
    try {
      await download(`/${object.name}/export${queryText({ format, filter, sort, search, columns, locale })}`);
    } catch (error) {
      void message.error(errorText(error));
    }
  };
  const items = [
    ...(object.can?.export
      ? [
          { key: "csv", icon: <Icon name="download" />, label: t("list.exportCsv"), onClick: () => void file("csv") },
          { key: "xlsx", icon: <Icon name="table" />, label: t("list.exportXlsx"), onClick: () => void file("xlsx") },
        ]
      : []),
    ...(object.can?.import ? [{ key: "import", icon: <Icon name="upload" />, label: t("list.import"), onClick: onImport }] : []),
  ];
  return (
    <div className="toolbar">
      <SearchBox text={state.text} onText={setText} />
      {object.states?.length && !phone ? (
        <Segmented
          value={state.shape}
          aria-label={`${t("list.table")} / ${t("list.kanban")}`}
          onChange={(shape) => change({ shape: shape as string })}
          options={[
            { value: "table", label: t("list.table"), icon: <Icon name="table" /> },
            { value: "kanban", label: t("list.kanban"), icon: <Icon name="kanban" /> },
          ]}
        />
      ) : null}
      {state.shape === "table" && !phone ? (
        <Popover trigger="click" placement="bottomRight" content={<ColumnPicker state={state} />}>
          <Button icon={<Icon name="columns" />}>{t("list.columns")}</Button>
        </Popover>
      ) : null}
      {items.length ? (
        <Dropdown menu={{ items }} trigger={["click"]}>
          <Button icon={<Icon name="more" />} aria-label={`${t("list.export")} / ${t("list.import")}`} />
        </Dropdown>
      ) : null}
    </div>
  );
}
