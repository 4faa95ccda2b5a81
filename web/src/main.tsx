/** Starts the application at the door the address names. */
import "@/ui/styles.css";
import { createRoot } from "react-dom/client";
import { App } from "@/app/App";
import { keepOffline, reloadWhenGone } from "@/app/offline";
import { startLanguage } from "@/i18n";

const portal = /^\/portal(\/|$)/.test(window.location.pathname);
const root = document.getElementById("root");
document.documentElement.dataset.door = portal ? "portal" : "office";
reloadWhenGone();
if (import.meta.env.PROD) keepOffline();
void startLanguage().then(() => root && createRoot(root).render(<App door={portal ? "portal" : "office"} />));
