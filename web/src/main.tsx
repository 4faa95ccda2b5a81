/** Starts the application at the door the address names. */
import { createRoot } from "react-dom/client";
import { App } from "@/app/App";
import { startLanguage } from "@/i18n";
import "@/ui/styles.css";

const portal = /^\/portal(\/|$)/.test(window.location.pathname);
const root = document.getElementById("root");
startLanguage();
document.documentElement.dataset.door = portal ? "portal" : "office";
if (root) createRoot(root).render(<App door={portal ? "portal" : "office"} />);
