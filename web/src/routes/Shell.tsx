/** The frame around every page: menu, search, create, inbox, preferences; on a phone a top bar and tabs. */
import { Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import type { Door } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useKit } from "@/kit/context";
import { Bones } from "@/ui/feedback";
import { useOnline, usePhone } from "@/ui/preferences";
import { placesOf } from "./navigation";
import { PhoneTabs, SideMenu, TopMenu } from "./ShellMenu";
import { TopBar } from "./TopBar";
import { useLiveNotice } from "./unread";
import "./shell.css";

const Palette = lazy(() => import("./Palette"));
const Shortcuts = lazy(() => import("./Shortcuts"));
const Inbox = lazy(() => import("./Inbox"));
const PasswordDialog = lazy(() => import("./PasswordDialog"));

const TYPING = "input, textarea, select, [contenteditable]";

export function Shell({ door, hasPage }: { door: Door; hasPage: (page: string) => boolean }) {
  const { t } = useLanguage();
  const { meta } = useKit();
  const phone = usePhone();
  const online = useOnline();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const [searching, setSearching] = useState(false);
  const [inbox, setInbox] = useState(false);
  const [menu, setMenu] = useState(false);
  const [keys, setKeys] = useState(false);
  const [password, setPassword] = useState(false);
  const groups = placesOf(meta, hasPage);
  const openInbox = useCallback(() => setInbox(true), []);
  useLiveNotice(openInbox);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes what lay over the old one
  useEffect(() => {
    setMenu(false);
    setInbox(false);
    setSearching(false);
  }, [pathname]);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setSearching((on) => !on);
      } else if (event.key === "?" && !(event.target instanceof Element && event.target.closest(TYPING))) setKeys(true);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);

  const side = door === "office" || phone;
  return (
    <div className={side ? "shell shell-side" : "shell shell-top"} data-menu={menu || undefined}>
      <a className="skip" href="#main">
        {t("common.skip")}
      </a>
      {side ? <SideMenu groups={groups} pathname={pathname} open={!phone || menu} onClose={() => setMenu(false)} /> : null}
      <div className="shell-body">
        <TopBar
          door={door}
          onSearch={() => setSearching(true)}
          onInbox={openInbox}
          onKeys={() => setKeys(true)}
          onPassword={() => setPassword(true)}
        >
          {side ? null : <TopMenu groups={groups} pathname={pathname} />}
        </TopBar>
        {online ? null : (
          <p className="offline" role="status">
            {t("shell.offline")}
          </p>
        )}
        <main id="main" className="shell-main" tabIndex={-1}>
          <Suspense fallback={<Bones rows={8} />}>
            <Outlet />
          </Suspense>
        </main>
        {phone ? <PhoneTabs groups={groups} pathname={pathname} onMenu={() => setMenu((on) => !on)} onInbox={openInbox} /> : null}
      </div>
      <Suspense>
        {searching ? <Palette groups={groups} onClose={() => setSearching(false)} /> : null}
        {keys ? <Shortcuts onClose={() => setKeys(false)} /> : null}
        {password ? <PasswordDialog onClose={() => setPassword(false)} /> : null}
        {inbox ? <Inbox onClose={() => setInbox(false)} /> : null}
      </Suspense>
    </div>
  );
}
