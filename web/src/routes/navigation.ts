/** The places a person can go, as the menu, the palette and the phone's tabs show them. */
import type { Meta, Text } from "@/api/types";

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

const GROUP_ICONS: Record<string, string> = {
  partners: "users",
  partner: "users",
  deals: "flag",
  customers: "building",
  orders: "cart",
  stock: "box",
  price: "tag",
  pricing: "tag",
  products: "box",
  finance: "wallet",
  incentives: "gift",
  service: "tool",
  enablement: "book",
  insight: "chart",
  setup: "settings",
};

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
                icon: item.icon ?? GROUP_ICONS[group.name] ?? "tile",
              },
            ]
          : [];
      }
      const object = meta.objects[item];
      return object
        ? [{ key: item, to: `/o/${item}`, label: object.label, icon: object.icon ?? GROUP_ICONS[group.name] ?? "tile" }]
        : [];
    }),
  }));
  return groups.filter((group) => group.places.length > 0);
}

/** The address without the door's prefix belongs to this place. */
export const isAt = (pathname: string, to: string) =>
  to === "/" ? pathname === "/" : pathname === to || pathname.startsWith(`${to}/`);
