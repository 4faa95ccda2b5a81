/** Ctrl/Cmd+K: one box for pages, new records and every record the person may see. */
import { useNavigate } from "@tanstack/react-router";
import { Input, Modal } from "antd";
import { type KeyboardEvent, useDeferredValue, useId, useState } from "react";
import { useSearch } from "@/api/hooks";
import { useLanguage } from "@/i18n";
import { inside } from "@/i18n/names";
import { useKit } from "@/kit/context";
import { Icon } from "@/ui/Icon";
import type { PlaceGroup } from "./navigation";

interface Entry {
  key: string;
  group: string;
  label: string;
  detail: string;
  icon: string;
  to: string;
}

const PAGES = 6;

function useEntries(groups: PlaceGroup[], text: string): Entry[] {
  const { t, say } = useLanguage();
  const { meta } = useKit();
  const { data, isPlaceholderData } = useSearch(text);
  const hits = isPlaceholderData ? [] : (data?.hits ?? []);
  const needle = text.trim().toLowerCase();
  const fits = (label: { zh: string; en: string }) =>
    !needle || label.zh.toLowerCase().includes(needle) || label.en.toLowerCase().includes(needle);
  const fixed = [
    { label: { zh: "工作台", en: "Workbench" }, to: "/", icon: "home" },
    ...meta.dashboards.map((board) => ({ label: board.label, to: `/dashboards/${board.name}`, icon: "chart" })),
  ];
  const pages = [...fixed, ...groups.flatMap((group) => group.places)].filter((place) => fits(place.label)).slice(0, PAGES);
  const objects = Object.values(meta.objects);
  const creates = needle
    ? objects.filter((object) => object.can?.create && object.menu && fits(object.label)).slice(0, PAGES)
    : [];
  return [
    ...(needle ? hits : []).map((hit) => {
      const object = meta.objects[hit.object];
      const detail = [say(object?.label), hit.detail].filter(Boolean).join(" · ");
      return {
        key: `${hit.object}-${hit.id}`,
        group: t("palette.records"),
        label: hit.title,
        detail,
        icon: object?.icon ?? "file",
        to: `/o/${hit.object}/${hit.id}`,
      };
    }),
    ...pages.map((place) => ({
      key: `page-${place.to}`,
      group: t("palette.pages"),
      label: say(place.label),
      detail: "",
      icon: place.icon,
      to: place.to,
    })),
    ...creates.map((object) => ({
      key: `new-${object.name}`,
      group: t("palette.create"),
      label: t("form.new", { label: say(inside(object.label)) }),
      detail: "",
      icon: "plus",
      to: `/o/${object.name}/new`,
    })),
  ];
}

export default function Palette({ groups, onClose }: { groups: PlaceGroup[]; onClose: () => void }) {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const id = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const asked = useDeferredValue(text);
  const entries = useEntries(groups, asked);
  const present = Math.min(at, Math.max(0, entries.length - 1));

  const go = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    void navigate({ to: entry.to });
  };
  const press = (event: KeyboardEvent) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) setAt((present + move + entries.length) % Math.max(1, entries.length));
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) go(asked === text ? entries[present] : undefined);
    else return;
    event.preventDefault();
  };

  return (
    <Modal
      open
      onCancel={onClose}
      footer={null}
      closable={false}
      width={620}
      className="palette"
      style={{ top: 80 }}
      title={<span className="sr-only">{t("shell.search")}</span>}
    >
      <Input
        autoFocus
        size="large"
        variant="borderless"
        prefix={<Icon name="search" size={18} />}
        placeholder={t("palette.placeholder")}
        role="combobox"
        aria-label={t("shell.search")}
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={entries.length ? `${id}-${present}` : undefined}
        value={text}
        onKeyDown={press}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
      />
      <div id={`${id}-list`} role="listbox" aria-label={t("shell.search")} className="palette-list">
        {entries.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the box above handles the keys
          // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the box, which names the active option
          <div
            key={entry.key}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === present}
            className="palette-item"
            onClick={() => go(entry)}
            onMouseMove={() => setAt(index)}
          >
            <Icon name={entry.icon} />
            <span className="palette-label">{entry.label}</span>
            <span className="muted">{entry.detail || entry.group}</span>
          </div>
        ))}
        {entries.length ? null : <p className="muted palette-none">{t("palette.nothing")}</p>}
      </div>
    </Modal>
  );
}
