/**
 * Our own line icons, 24 px grid, one path each. An unknown name draws a plain tile, so a declaration drawn on site can never
 * break a menu; those we ship are checked to name an icon of this file (`cargo xtask tidy`).
 */

const PATHS = {
  home: "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
  chart: "M4 20V4m0 16h16M8 16v-5m4 5V7m4 9v-3",
  search: "M10.5 17a6.5 6.5 0 100-13 6.5 6.5 0 000 13zm5-1.5L20 20",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  bell: "M6 16V11a6 6 0 0112 0v5l2 2H4zM10 21h4",
  user: "M12 12a4 4 0 100-8 4 4 0 000 8zm-8 8c0-4 4-6 8-6s8 2 8 6",
  users: "M9 11a3.5 3.5 0 100-7 3.5 3.5 0 000 7zm-7 8c0-4 3-6 7-6s7 2 7 6M16 4a3.5 3.5 0 010 7m2 2.500c2.500.5 4 2.500 4 5.500",
  flag: "M5 21V4m0 1h12l-3 4 3 4H5",
  cart: "M3 4h2l2.500 11h10L20 7H6M9 20h.01M17 20h.01",
  box: "M12 3l8 4.500v9L12 21l-8-4.500v-9zm0 9l8-4.500M12 12v9m0-9L4 7.500",
  tag: "M4 4h8l8 8-8 8-8-8zM8.500 8.500h.01",
  wallet: "M4 7a2 2 0 012-2h12v4M4 7v11a2 2 0 002 2h14V9H6a2 2 0 01-2-2zm12 7.500h.01",
  gift: "M4 11h16v9H4zM3 7h18v4H3zm9 0v13M12 7S11 3 8.500 3 6.500 7 12 7zm0 0s1-4 3.500-4S17.500 7 12 7z",
  tool: "M14 6a4.500 4.500 0 016-1l-3 3 1 2 2 1 3-3a4.500 4.500 0 01-6 5L8 21l-4-4 8-9z",
  book: "M12 6c-2-2-6-2-8-1v14c2-1 6-1 8 1 2-2 6-2 8-1V5c-2-1-6-1-8 1zm0 0v14",
  settings:
    "M4 7h9m4 0h3M4 17h3m4 0h9M15 9.500a2.500 2.500 0 100-5 2.500 2.500 0 000 5zm-6 10a2.500 2.500 0 100-5 2.500 2.500 0 000 5z",
  building: "M5 21V4h9v17M14 9h5v12M3 21h18M8 8h3m-3 4h3m-3 4h3",
  truck: "M3 6h11v11H3zM14 10h4l3 3v4h-7M7 19.500a2 2 0 100-4 2 2 0 000 4zm10 0a2 2 0 100-4 2 2 0 000 4z",
  file: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6m-6 4h6",
  calendar: "M4 6h16v14H4zm0 4.500h16M8 3.500v5m8-5v5",
  check: "M5 12.500l4.500 4.500L19 7.500",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9l6 6 6-6",
  right: "M9 6l6 6-6 6",
  left: "M15 6l-6 6 6 6",
  up: "M6 15l6-6 6 6",
  more: "M6 12a1 1 0 11-2 0 1 1 0 012 0zm7 0a1 1 0 11-2 0 1 1 0 012 0zm7 0a1 1 0 11-2 0 1 1 0 012 0z",
  menu: "M4 7h16M4 12h16M4 17h16",
  filter: "M4 5h16l-6 8v6l-4-2v-4z",
  columns: "M4 5h16v14H4zm5.300 0v14m5.400-14v14",
  table: "M4 5h16v14H4zm0 5h16M4 14.500h16M10 10v9",
  kanban: "M4 4h4.500v16H4zm5.800 0h4.500v10H9.800zm5.700 0H20v13h-4.500z",
  download: "M12 4v11m-5-4.500l5 5 5-5M4 20h16",
  upload: "M12 15V4M7 8.500l5-5 5 5M4 20h16",
  edit: "M4 20l1-5L16 4l4 4L9 19zM13.500 6.500l4 4",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5m4-5v5",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  question: "M12 21a9 9 0 100-18 9 9 0 000 18zM9.500 9.500a2.500 2.500 0 115 0c0 2-2.500 2-2.500 4M12 16.500h.01",
  info: "M12 21a9 9 0 100-18 9 9 0 000 18zM12 11v5.500M12 7.800h.01",
  warning: "M12 4L2.500 20h19zM12 10v5m0 2.500h.01",
  clock: "M12 21a9 9 0 100-18 9 9 0 000 18zM12 7v5l3.500 2",
  link: "M10 14a4 4 0 005.700 0l3-3A4 4 0 0013 5.300l-1 1M14 10a4 4 0 00-5.700 0l-3 3A4 4 0 0011 18.700l1-1",
  globe: "M12 21a9 9 0 100-18 9 9 0 000 18zM3 12h18M12 3c3 3 3.500 6 3.500 9s-.5 6-3.500 9c-3-3-3.500-6-3.500-9s.5-6 3.500-9z",
  offline: "M3 9a14 14 0 0118 0M6.500 12.500a9 9 0 0111 0M10 16a3.500 3.500 0 014 0M12 19.500h.01M4 4l16 16",
  moon: "M20 14.500A8.500 8.500 0 019.500 4a8.500 8.500 0 1010.500 10.500z",
  sun: "M12 16.500a4.500 4.500 0 100-9 4.500 4.500 0 000 9zM12 2v2.500m0 15V22M2 12h2.500m15 0H22M5 5l1.700 1.700M17.300 17.300L19 19M19 5l-1.700 1.700M6.700 17.300L5 19",
  rows: "M4 6h16M4 10h16M4 14h16M4 18h16",
  logout: "M14 4H5v16h9M10 12h11m-4-4l4 4-4 4",
  task: "M4 5h16v15H4zM8 12.500l3 3 5-6M8 3v3m8-3v3",
  star: "M12 4l2.500 5.200 5.500.8-4 4 1 5.700-5-2.700-5 2.700 1-5.700-4-4 5.500-.8z",
  bookmark: "M6 4h12v17l-6-4.500L6 21z",
  scale: "M12 4v16M7 20h10M5 7h14M5 7l-3 7h6zm14 0l-3 7h6z",
  shield: "M12 3l8 3v6c0 5-3.500 8-8 9-4.500-1-8-4-8-9V6z",
  percent: "M18 6L6 18M7.500 9.500a2 2 0 100-4 2 2 0 000 4zm9 9a2 2 0 100-4 2 2 0 000 4z",
  phone:
    "M6 3h3l2 5-2.500 2c1 2.500 3 4.500 5.500 5.500l2-2.500 5 2v3c0 1.500-1.500 2.500-3 2.500C10.500 20 4 13.500 3.500 6 3.500 4.500 4.500 3 6 3z",
  pin: "M12 21c4-4.500 7-8 7-11.500a7 7 0 10-14 0C5 13 8 16.500 12 21zm0-9a2.500 2.500 0 100-5 2.500 2.500 0 000 5z",
  money: "M12 21a9 9 0 100-18 9 9 0 000 18zM8.500 7.500l3.500 5 3.500-5M12 12.500V17M9 13h6m-6 2.500h6",
  layers: "M12 4l9 4.500-9 4.500-9-4.500zm-9 8.500l9 4.500 9-4.500M3 16.500L12 21l9-4.500",
  message: "M4 5h16v11H10l-4 4v-4H4z",
  refresh: "M19.500 9A8 8 0 005 8.500M4 4v5h5m-4.500 6A8 8 0 0019 15.500M20 20v-5h-5",
  key: "M14.500 13a4.500 4.500 0 10-4.300-3.200L4 16v4h4v-2.500h2.500V15l1.200-1.200c.8.5 1.800.700 2.800.700M15.500 8.500h.01",
  heart: "M12 20S4 15 4 9.500A4.300 4.300 0 0112 7.300a4.300 4.300 0 018 2.200C20 15 12 20 12 20z",
  eye: "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12zm9.500 3a3 3 0 100-6 3 3 0 000 6z",
  bulb: "M9 18h6m-5 3h4M8.500 15c-1.500-1-2.500-2.800-2.500-4.700A6 6 0 0112 4a6 6 0 016 6.300c0 1.900-1 3.700-2.500 4.700v1h-7z",
  card: "M3 6h18v12H3zm0 4h18M6.500 15h4",
  contact: "M5 3h14v18H5zM12 12a2.500 2.500 0 100-5 2.500 2.500 0 000 5zm-4 5c0-2 2-3 4-3s4 1 4 3",
  "check-file": "M6 3h8l4 4v14H6zM14 3v4h4M9 14l2.200 2.200L15 12",
  send: "M21 3L10 14M21 3l-6.500 18-4.500-7-7-4.500z",
  notification: "M4 9v6h3l8 4V5L7 9zm14.500 0a4 4 0 010 6M7 15v5h3v-3.500",
  barcode: "M4 5v14M7 5v14M10.500 5v14M13 5v14M16.500 5v14M20 5v14",
  control: "M6 4v9m0 4v3M12 4v3m0 4v9M18 4v9m0 4v3M4 15h4M10 9h4M16 15h4",
  pie: "M12 3v9h9a9 9 0 11-9-9zm3.500 0A9 9 0 0121 8.500h-5.500z",
  rollback: "M9 6L4 11l5 5M4 11h10a5.500 5.500 0 010 11h-3",
  share:
    "M6.500 14.500a2.500 2.500 0 100-5 2.500 2.500 0 000 5zm11-6a2.500 2.500 0 100-5 2.500 2.500 0 000 5zm0 12a2.500 2.500 0 100-5 2.500 2.500 0 000 5zM9 11l6-3.500M9 13l6 3.500",
  swap: "M4 9h15l-4-4M20 15H5l4 4",
  tile: "M5 5h6v6H5zm8 0h6v6h-6zM5 13h6v6H5zm8 0h6v6h-6z",
} as const;

export type IconName = keyof typeof PATHS;

const ALIASES: Record<string, IconName> = {
  "shopping-cart": "cart",
  team: "users",
  handshake: "users",
  package: "box",
  inbox: "box",
  warehouse: "building",
  shop: "building",
  dollar: "money",
  invoice: "file",
  document: "file",
  "bar-chart": "chart",
  dashboard: "chart",
  price: "tag",
  tags: "tag",
  service: "tool",
  trophy: "star",
  contract: "file",
  graduation: "book",
  shopping: "cart",
  rise: "chart",
  profile: "file",
  percentage: "percent",
  "pay-circle": "money",
  login: "logout",
  "file-text": "file",
  "file-done": "check-file",
  database: "layers",
  "credit-card": "card",
  contacts: "contact",
  "check-square": "task",
  car: "truck",
  bank: "building",
  appstore: "tile",
  "account-book": "book",
  audit: "check-file",
  "clock-circle": "clock",
  "pie-chart": "pie",
  safety: "shield",
  "share-alt": "share",
};

export const hasIcon = (name: string | null | undefined): name is string => Boolean(name && (name in ALIASES || name in PATHS));

function pathOf(name: string): string {
  const known = ALIASES[name] ?? (name in PATHS ? (name as IconName) : "tile");
  return PATHS[known];
}

export function Icon({ name, size = 16, label }: { name: IconName | (string & {}); size?: number; label?: string }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      <path d={pathOf(name)} />
    </svg>
  );
}
