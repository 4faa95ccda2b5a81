/** Saved views as tabs: the declared ones, then the person's own. */
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Popover } from "antd";
import { useState } from "react";
import { useDelete, useSave } from "@/api/hooks";
import type { ListReply, ObjectMeta } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useErrorText } from "@/ui/errorText";
import { Icon } from "@/ui/Icon";
import { type ListState, personalName, type ViewSettings } from "./state";

export function ViewTabs({ object, state }: { object: ObjectMeta; state: ListState }) {
  const { t, say } = useLanguage();
  const [naming, setNaming] = useState(false);
  const [name, setName] = useState("");
  const { message, modal } = App.useApp();
  const errorText = useErrorText();
  const client = useQueryClient();
  const saving = useSave("saved_view");
  const deleting = useDelete("saved_view");
  const { search, views, view, unknown, personal, change } = state;
  const changed = Boolean(search.filter || search.sort || search.columns || search.shape || search.q);

  const open = (next: string, text?: string) =>
    change(
      { view: next, filter: undefined, sort: undefined, columns: undefined, shape: undefined, q: text, peek: undefined },
      false,
    );

  const tell = (error: unknown) => void message.error(errorText(error));

  const keep = async () => {
    if (!name.trim()) return;
    const { shape: kind, columns, filter, sort, text } = state;
    const settings: ViewSettings = { kind, columns, filter, sort, ...(text ? { q: text } : {}) };
    try {
      const kept = await saving.mutateAsync({ values: { name: name.trim(), object_name: object.name, settings } });
      // Known before it is opened: what was asked for again may be long in coming.
      client.setQueriesData<ListReply>({ queryKey: ["list", "saved_view", "rows"] }, (known) =>
        known ? { ...known, rows: [...known.rows, kept.record] } : known,
      );
      setNaming(false);
      setName("");
      open(personalName(kept.record.id), text);
    } catch (error) {
      tell(error);
    }
  };

  const drop = async (own: { id: string; version: number }) => {
    try {
      await deleting.mutateAsync(own);
      open(views[0]?.name ?? "");
    } catch (error) {
      tell(error);
    }
  };

  const askToDrop = (own: { id: string; version: number }) =>
    modal.confirm({
      title: t("list.deleteView", { name: say(view.label) }),
      content: t("list.deleteViewText"),
      okText: t("common.delete"),
      okButtonProps: { danger: true },
      cancelText: t("common.cancel"),
      onOk: () => drop(own),
    });

  return (
    <nav className="view-tabs" aria-label={`${say(object.label)} ${t("list.views")}`}>
      {views.map((one) => (
        <button
          type="button"
          key={one.name}
          className="plain view-tab"
          aria-current={one.name === view.name && !unknown ? "page" : undefined}
          onClick={() => open(one.name, "q" in one ? one.q : undefined)}
        >
          {say(one.label)}
        </button>
      ))}
      {personal ? (
        <Button
          type="text"
          size="small"
          icon={<Icon name="trash" size={14} />}
          aria-label={t("list.deleteView", { name: say(view.label) })}
          loading={deleting.isPending}
          onClick={() => askToDrop(personal)}
        />
      ) : null}
      {changed && !unknown ? (
        <Popover
          trigger="click"
          open={naming}
          onOpenChange={setNaming}
          content={
            <form
              className="condition"
              onSubmit={(event) => {
                event.preventDefault();
                void keep();
              }}
            >
              <Input
                autoFocus
                aria-label={t("list.viewName")}
                placeholder={t("list.viewName")}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
              <Button size="small" type="primary" htmlType="submit" loading={saving.isPending}>
                {t("common.save")}
              </Button>
            </form>
          }
        >
          <Button type="link" size="small" icon={<Icon name="bookmark" size={14} />}>
            {t("list.saveView")}
          </Button>
        </Popover>
      ) : null}
    </nav>
  );
}
