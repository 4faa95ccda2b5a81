/*
 * Lets the application open without a network: keeps its page and program files, and nothing else. What the server says about
 * records is never kept, so nothing old can be taken for the present.
 */
const SHELL = "qudao-shell";
const PAGE = "/";

const programOf = (html) => [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1]);

/** Takes the page as it is now with the files it names; files of earlier versions go. What names none is no page of ours. */
async function keepPage(response) {
  if (!response.headers.get("content-type")?.startsWith("text/html")) return;
  const cache = await caches.open(SHELL);
  const html = await response.clone().text();
  const wanted = new Set(programOf(html));
  if (!wanted.size) return;
  const before = await cache.match(PAGE);
  const isNew = !before || (await before.text()) !== html;
  if (!isNew) return;
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/assets/") && !wanted.has(pathname)) await cache.delete(request);
  }
  await cache.addAll([...wanted]);
  await cache.put(PAGE, response);
}

async function page(request) {
  try {
    const response = await fetch(request);
    if (response.ok && !response.redirected) keepPage(response.clone()).catch(() => undefined);
    return response;
  } catch (error) {
    const kept = await caches.match(PAGE);
    if (kept) return kept;
    throw error;
  }
}

async function program(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) (await caches.open(SHELL)).put(request, response.clone());
  return response;
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(fetch(PAGE).then(keepPage));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (pathname.startsWith("/api/") || pathname.startsWith("/sign-in/")) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (pathname.startsWith("/assets/") || pathname === "/favicon.svg") event.respondWith(program(request));
});
