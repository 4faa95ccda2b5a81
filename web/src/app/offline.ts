/**
 * Keeps the program's files on this device, so that the application opens without a network and says so. Data are never kept: see
 * public/sw.js.
 */
const SHELL = "qudao-shell";
const SETTLED_MS = 3_000;

/**
 * Files that came before the worker took over, or out of the browser's own memory, would be missing: each file the page has used is
 * kept, from when the first page has settled.
 */
async function keep() {
  await navigator.serviceWorker.register("/sw.js");
  const cache = await caches.open(SHELL);
  const keepFile = async (name: string) => {
    if (!(await cache.match(name))) await cache.add(name);
  };
  const used = new PerformanceObserver((list) => {
    const names = list.getEntries().map((entry) => new URL(entry.name).pathname);
    for (const name of new Set(names.filter((each) => each.startsWith("/assets/")))) {
      // What cannot be kept now is asked for again by the next page.
      void keepFile(name).catch(() => undefined);
    }
  });
  used.observe({ type: "resource", buffered: true });
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
