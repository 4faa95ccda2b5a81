/**
 * Hand-written pages by the name a menu item gives ({ page: "catalogue", … }); opened at /p/<name> in either door.
 * A page is one lazy component from src/features/<name>; it may use kit, ui, api and i18n, and no other feature.
 */
import type { ComponentType, LazyExoticComponent } from "react";

export type Page = LazyExoticComponent<ComponentType>;

export const pages: Record<string, Page> = {};
