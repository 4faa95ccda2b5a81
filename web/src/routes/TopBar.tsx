/** Search, create, inbox and the person's own things. */
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Badge, Button, Dropdown } from "antd";
import type { ReactNode } from "react";
import { signOut } from "@/api/hooks";
import type { Door } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useKit } from "@/kit/context";
import { Icon } from "@/ui/Icon";
import { setPreferences, usePhone, usePreferences } from "@/ui/preferences";
import { LanguageButton, ThemeButton } from "./Preferences";
import { useUnread } from "./unread";

interface Props {
  door: Door;
  onSearch: () => void;
  onInbox: () => void;
  onKeys: () => void;
  onPassword: () => void;
  children: ReactNode;
}

function CreateButton() {
  const { t, say } = useLanguage();
  const { meta } = useKit();
  const navigate = useNavigate();
  const phone = usePhone();
  const items = Object.values(meta.objects)
    .filter((object) => object.can?.create && object.menu && !object.child_of)
    .map((object) => ({
      key: object.name,
      icon: <Icon name={object.icon ?? "plus"} />,
      label: say(object.label),
      onClick: () => void navigate({ to: "/o/$object/new", params: { object: object.name } }),
    }));
  if (!items.length) return null;
  return (
    <Dropdown menu={{ items, style: { maxHeight: "70vh", overflow: "auto" } }} trigger={["click"]}>
      <Button type="primary" icon={<Icon name="plus" />} aria-label={t("common.create")}>
        {phone ? null : t("common.create")}
      </Button>
    </Dropdown>
  );
}

function UserMenu({ onKeys, onPassword }: { onKeys: () => void; onPassword: () => void }) {
  const { t } = useLanguage();
  const { session } = useKit();
  const { density } = usePreferences();
  const client = useQueryClient();
  const phone = usePhone();
  const compact = density === "compact";
  const leave = async () => {
    await signOut(client).catch(() => undefined);
    window.location.assign(session.door === "portal" ? "/portal/login?reason=ended" : "/login?reason=ended");
  };
  const items = [
    {
      key: "who",
      type: "group" as const,
      label: (
        <span className="who">
          <strong>{session.user.name}</strong>
          <span>{session.user.organisation?.title ?? session.user.login}</span>
        </span>
      ),
    },
    {
      key: "density",
      icon: <Icon name="rows" />,
      label: `${t("shell.density")}: ${t(compact ? "shell.density.compact" : "shell.density.comfortable")}`,
      onClick: () => setPreferences({ density: compact ? "comfortable" : "compact" }),
    },
    ...(phone ? [] : [{ key: "keys", icon: <Icon name="question" />, label: t("shell.keys"), onClick: onKeys }]),
    { key: "password", icon: <Icon name="key" />, label: t("password.title"), onClick: onPassword },
    { key: "divider", type: "divider" as const },
    { key: "leave", icon: <Icon name="logout" />, label: t("shell.signOut"), onClick: () => void leave() },
  ];
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <button type="button" className="plain avatar" aria-label={`${t("shell.account")}: ${session.user.name}`}>
        {session.user.name.slice(0, 1)}
      </button>
    </Dropdown>
  );
}

export function TopBar({ door, onSearch, onInbox, onKeys, onPassword, children }: Props) {
  const { t } = useLanguage();
  const { session } = useKit();
  const phone = usePhone();
  const unread = useUnread();
  return (
    <header className="bar">
      {door === "portal" || phone ? (
        <Link to="/" className="brand">
          <span className="brand-mark" aria-hidden="true" />
          <span className="brand-name">{session.site.name || t("product")}</span>
        </Link>
      ) : null}
      {children}
      <button
        type="button"
        className="plain search-box"
        onClick={onSearch}
        aria-keyshortcuts="Control+K Meta+K"
        aria-label={t("shell.search")}
      >
        <Icon name="search" />
        <span>{t("shell.search")}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <div className="bar-tools">
        <CreateButton />
        {phone ? null : (
          <Badge count={unread} size="small" offset={[-4, 4]}>
            <Button
              type="text"
              icon={<Icon name="bell" size={18} />}
              aria-label={`${t("shell.inbox")}: ${unread}`}
              onClick={onInbox}
            />
          </Badge>
        )}
        <LanguageButton signedIn />
        <ThemeButton />
        <UserMenu onKeys={onKeys} onPassword={onPassword} />
      </div>
    </header>
  );
}
