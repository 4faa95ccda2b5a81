/** The places a person can go, as the menu, the palette and the phone's tabs show them. */
import type { Meta, Text } from "@/api/types";
import { many } from "@/i18n/names";
import { hasIcon } from "@/ui/Icon";

export interface Place {
  key: string;
  to: string;
  label: Text;
  icon: string;
}

export interface PlaceGroup {
  name: string;
  label: Text;
  places: Place[];
}

/** For objects that declare no icon: their group's. */
const GROUP_ICONS: Record<string, string> = {
  workbench: "task",
  partners: "users",
  deals: "flag",
  customers: "building",
  orders: "cart",
  products: "box",
  prices: "tag",
  warehouse: "truck",
  finance: "wallet",
  incentives: "gift",
  service: "tool",
  enablement: "book",
  insight: "chart",
  setup: "settings",
};

const iconOf = (icon: string | null | undefined, group: string): string =>
  hasIcon(icon) ? icon : (GROUP_ICONS[group] ?? "tile");

/** Menu groups whose items this person may open, with an address for each. Hand-written pages need an entry in the registry. */
export function placesOf(meta: Meta, hasPage: (page: string) => boolean): PlaceGroup[] {
  const groups = meta.menu.map((group) => ({
    name: group.name,
    label: group.label,
    places: group.items.flatMap((item): Place[] => {
      if (typeof item !== "string") {
        return hasPage(item.page)
          ? [
              {
                key: `page-${item.page}`,
                to: `/p/${item.page}`,
                label: item.label,
                icon: iconOf(item.icon, group.name),
              },
            ]
          : [];
      }
      const object = meta.objects[item];
      return object ? [{ key: item, to: `/o/${item}`, label: many(object.label), icon: iconOf(object.icon, group.name) }] : [];
    }),
  }));
  return groups.filter((group) => group.places.length > 0);
}

/** The address without the door's prefix belongs to this place. */
export const isAt = (pathname: string, to: string) =>
  to === "/" ? pathname === "/" : pathname === to || pathname.startsWith(`${to}/`);

/** The group that stands with the workbench itself, without a heading of its own. */
export const FIRST_GROUP = "workbench";
