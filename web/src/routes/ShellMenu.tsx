/** The three shapes of the menu: beside (office), above (portal), tabs (phone). */
import { Link } from "@tanstack/react-router";
import { Dropdown } from "antd";
import type { Text } from "@/api/types";
import type { TextKey } from "@/i18n";
import { useLanguage } from "@/i18n";
import { useKit } from "@/kit/context";
import { Icon } from "@/ui/Icon";
import { FIRST_GROUP, isAt, type Place, type PlaceGroup } from "./navigation";
import { useUnread } from "./unread";

interface MenuProps {
  groups: PlaceGroup[];
  pathname: string;
}

function useFixedPlaces(): Place[] {
  const { meta } = useKit();
  const home: Text = { zh: "工作台", en: "Workbench" };
  const insight: Text = { zh: "洞察", en: "Insight" };
  const places: Place[] = [{ key: "home", to: "/", label: home, icon: "home" }];
  if (meta.dashboards.length) places.push({ key: "dashboards", to: "/dashboards", label: insight, icon: "chart" });
  return places;
}

function Item({ place, pathname }: { place: Place; pathname: string }) {
  const { say } = useLanguage();
  return (
    <li>
      <Link to={place.to} className="menu-item" aria-current={isAt(pathname, place.to) ? "page" : undefined}>
        <Icon name={place.icon} />
        <span>{say(place.label)}</span>
      </Link>
    </li>
  );
}

export function SideMenu({ groups, pathname, open, onClose }: MenuProps & { open: boolean; onClose: () => void }) {
  const { t, say } = useLanguage();
  const { session } = useKit();
  const fixed = useFixedPlaces();
  return (
    <>
      <button type="button" className="menu-veil" aria-label={t("common.close")} tabIndex={-1} onClick={onClose} />
      <nav className="side" aria-label={t("shell.menu")} hidden={!open}>
        <Link to="/" className="brand">
          <span className="brand-mark" aria-hidden="true" />
          <span className="brand-name">{session.site.name || t("product")}</span>
        </Link>
        <ul>
          {[...fixed, ...groups.filter((group) => group.name === FIRST_GROUP).flatMap((group) => group.places)].map((place) => (
            <Item key={place.key} place={place} pathname={pathname} />
          ))}
        </ul>
        {groups
          .filter((group) => group.name !== FIRST_GROUP)
          .map((group) => (
            <div key={group.name} className="menu-group">
              <h2>{say(group.label)}</h2>
              <ul>
                {group.places.map((place) => (
                  <Item key={place.key} place={place} pathname={pathname} />
                ))}
              </ul>
            </div>
          ))}
      </nav>
    </>
  );
}

export function TopMenu({ groups, pathname }: MenuProps) {
  const { t, say } = useLanguage();
  const fixed = useFixedPlaces();
  return (
    <nav className="top-menu" aria-label={t("shell.menu")}>
      {fixed.map((place) => (
        <Link key={place.key} to={place.to} className="top-item" aria-current={isAt(pathname, place.to) ? "page" : undefined}>
          {say(place.key === "home" ? { zh: "首页", en: "Home" } : place.label)}
        </Link>
      ))}
      {/* The inbox holds what the first group lists. */}
      {groups
        .filter((one) => one.name !== FIRST_GROUP)
        .map((group) => {
          const only = group.places.length === 1 ? group.places[0] : undefined;
          const here = group.places.some((place) => isAt(pathname, place.to));
          if (only) {
            return (
              <Link key={group.name} to={only.to} className="top-item" aria-current={here ? "page" : undefined}>
                {say(only.label)}
              </Link>
            );
          }
          const items = group.places.map((place) => ({
            key: place.key,
            icon: <Icon name={place.icon} />,
            label: <Link to={place.to}>{say(place.label)}</Link>,
          }));
          return (
            <Dropdown key={group.name} menu={{ items }} trigger={["click", "hover"]}>
              <button type="button" className="plain top-item" aria-current={here ? "true" : undefined}>
                {say(group.label)} <Icon name="down" size={12} />
              </button>
            </Dropdown>
          );
        })}
    </nav>
  );
}

const TAB_COUNT = 2;
/** What people do most on the way; whoever has none of it gets the first of their menu. */
const TABS_FIRST = ["deal_registration", "page-catalogue", "sales_order", "delivery_note", "receivable"];

export function PhoneTabs({ groups, pathname, onMenu, onInbox }: MenuProps & { onMenu: () => void; onInbox: () => void }) {
  const { t, say } = useLanguage();
  const unread = useUnread();
  const all = groups.filter((group) => group.name !== FIRST_GROUP).flatMap((group) => group.places);
  const rank = (place: Place) => (TABS_FIRST.includes(place.key) ? TABS_FIRST.indexOf(place.key) : TABS_FIRST.length);
  const places = all.sort((a, b) => rank(a) - rank(b)).slice(0, TAB_COUNT);
  const tab = (icon: string, label: string, current: boolean) => (
    <>
      <Icon name={icon} size={20} />
      <span aria-current={current ? "page" : undefined}>{label}</span>
    </>
  );
  const key = (name: TextKey) => t(name);
  return (
    <nav className="tabs" aria-label={t("shell.menu")}>
      <Link to="/" className="tab" data-here={isAt(pathname, "/") || undefined}>
        {tab("home", key("shell.home"), isAt(pathname, "/"))}
      </Link>
      {places.map((place) => (
        <Link key={place.key} to={place.to} className="tab" data-here={isAt(pathname, place.to) || undefined}>
          {tab(place.icon, say(place.label), isAt(pathname, place.to))}
        </Link>
      ))}
      <button type="button" className="plain tab" onClick={onInbox}>
        {tab("bell", key("shell.inbox"), false)}
        {unread ? <span className="tab-count">{unread}</span> : null}
      </button>
      <button type="button" className="plain tab" onClick={onMenu}>
        {tab("menu", key("shell.menu"), false)}
      </button>
    </nav>
  );
}
