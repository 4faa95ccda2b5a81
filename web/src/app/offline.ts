/**
 * Keeps the program's files on this device, so that the application opens without a network and says so. Data are never kept: see
 * public/sw.js.
 */
const SHELL = "qudao-shell";
const SETTLED_MS = 3_000;

/** Files that came before the worker took over would be missing: they are kept once the first page has settled. */
async function keep() {
  await navigator.serviceWorker.register("/sw.js");
  const names = performance.getEntriesByType("resource").map((entry) => new URL(entry.name).pathname);
  const cache = await caches.open(SHELL);
  await cache.addAll([...new Set(names.filter((name) => name.startsWith("/assets/")))]);
}

const RELOADED = "qudao.reloaded";
const RELOAD_PAUSE_MS = 10_000;

/** After an upgrade an open page asks for program files that are gone: the page of now knows the new ones. Drafts survive. */
export function reloadWhenGone() {
  window.addEventListener("vite:preloadError", (event) => {
    const last = Number(sessionStorage.getItem(RELOADED) ?? 0);
    if (!navigator.onLine || Date.now() - last < RELOAD_PAUSE_MS) return;
    event.preventDefault();
    sessionStorage.setItem(RELOADED, String(Date.now()));
    window.location.reload();
  });
}

export function keepOffline() {
  // A site without TLS has no worker; it needs its network then.
  if (!("serviceWorker" in navigator && "caches" in window)) return;
  setTimeout(() => void keep().catch(() => undefined), SETTLED_MS);
}
