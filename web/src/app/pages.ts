/**
 * Hand-written pages by the name a menu item gives ({ page: "catalogue", … }); opened at /p/<name> in either door.
 * A page is one lazy component from src/features/<name>; it may use kit, ui, api and i18n, and no other feature.
 */
import { type ComponentType, type LazyExoticComponent, lazy } from "react";

export type Page = LazyExoticComponent<ComponentType>;

export const pages: Record<string, Page> = {
  ageing: lazy(() => import("@/features/finance/AgeingPage")),
  catalogue: lazy(() => import("@/features/catalogue/CataloguePage")),
  conflicts: lazy(() => import("@/features/deal/ConflictsPage")),
  receipts: lazy(() => import("@/features/receipt/ReceiptPage")),
  settings: lazy(() => import("@/features/settings/SettingsPage")),
  statement: lazy(() => import("@/features/finance/StatementPage")),
};
