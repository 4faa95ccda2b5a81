/** Saved views as tabs: the declared ones, then the person's own. */
import { Button, Input, Popover } from "antd";
import { useState } from "react";
import type { ObjectMeta } from "@/api/types";
import { useLanguage } from "@/i18n";
import { Icon } from "@/ui/Icon";
import type { ListState, PersonalView } from "./state";

export function ViewTabs({ object, state }: { object: ObjectMeta; state: ListState }) {
  const { t, say } = useLanguage();
  const [naming, setNaming] = useState(false);
  const [name, setName] = useState("");
  const { search, views, view, personal, setPersonal, change } = state;
  const changed = Boolean(search.filter || search.sort || search.columns || search.shape || search.q);

  const open = (next: string, text?: string) =>
    change(
      { view: next, filter: undefined, sort: undefined, columns: undefined, shape: undefined, q: text, peek: undefined },
      false,
    );

  const keep = () => {
    const label = name.trim();
    if (!label) return;
    const own: PersonalView = {
      personal: true,
      name: `my-${Date.now().toString(36)}`,
      label: { zh: label, en: label },
      kind: state.shape,
      columns: state.columns,
      filter: state.filter,
      sort: state.sort,
      ...(state.text ? { q: state.text } : {}),
    };
    setPersonal([...personal, own]);
    setNaming(false);
    setName("");
    open(own.name, own.q);
  };

  return (
    <nav className="view-tabs" aria-label={`${say(object.label)} ${t("list.views")}`}>
      {views.map((one) => (
        <button
          type="button"
          key={one.name}
          className="plain view-tab"
          aria-current={one.name === view.name ? "page" : undefined}
          onClick={() => open(one.name, "q" in one ? one.q : undefined)}
        >
          {say(one.label)}
        </button>
      ))}
      {state.isPersonal ? (
        <Button
          type="text"
          size="small"
          icon={<Icon name="trash" size={14} />}
          aria-label={t("list.deleteView", { name: say(view.label) })}
          onClick={() => {
            setPersonal(personal.filter((one) => one.name !== view.name));
            open(views[0]?.name ?? "");
          }}
        />
      ) : null}
      {changed ? (
        <Popover
          trigger="click"
          open={naming}
          onOpenChange={setNaming}
          content={
            <form
              className="condition"
              onSubmit={(event) => {
                event.preventDefault();
                keep();
              }}
            >
              <Input
                autoFocus
                aria-label={t("list.viewName")}
                placeholder={t("list.viewName")}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
              <Button size="small" type="primary" htmlType="submit">
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
