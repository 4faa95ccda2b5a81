/**
 * The addresses of the application, the same behind both doors: the portal's stand under /portal. Search parameters are plain
 * text, so that an address can be read, written by hand and shared.
 */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRoute,
  createRoute,
  createRouter,
  type ErrorComponentProps,
  lazyRouteComponent,
  Outlet,
  useParams,
} from "@tanstack/react-router";
import { Suspense } from "react";
import { whenExpired } from "@/api/client";
import type { Door } from "@/api/types";
import { useLanguage } from "@/i18n";
import { type ListSearch, readListSearch } from "@/kit/list/state";
import { Bones, EmptyState, ErrorNote } from "@/ui/feedback";
import { Entry } from "./Entry";
import { pages } from "./pages";

let door: Door = "office";

type Words = Record<string, string>;

const words = (raw: Record<string, unknown>): Words =>
  Object.fromEntries(Object.entries(raw).map(([name, value]) => [name, String(value)]));

function Missing() {
  const { t } = useLanguage();
  return (
    <EmptyState icon="question" title={t("error.missing")} text={t("error.missingText")}>
      <a href={door === "portal" ? "/portal" : "/"}>{t("error.home")}</a>
    </EmptyState>
  );
}

function HandWritten() {
  const { page } = useParams({ strict: false }) as { page: string };
  const Page = pages[page];
  if (!Page) return <Missing />;
  return (
    <Suspense fallback={<Bones rows={8} />}>
      <Page />
    </Suspense>
  );
}

const root = createRootRoute({ component: Outlet, notFoundComponent: Missing });

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  validateSearch: (raw: Record<string, unknown>): { reason?: string; next?: string } => {
    const { reason, next } = words(raw);
    return { ...(reason ? { reason } : {}), ...(next ? { next } : {}) };
  },
  component: lazyRouteComponent(async () => {
    const { default: Login } = await import("@/routes/Login");
    return {
      default: () => {
        const { reason, next } = login.useSearch();
        return <Login door={door} reason={reason} next={next} />;
      },
    };
  }),
});

const inside = createRoute({ getParentRoute: () => root, id: "inside", component: () => <Entry door={door} /> });
const at = () => inside;
const objects = () => import("@/routes/ObjectPages");
const boards = () => import("@/routes/Dashboards");
const list = (raw: Record<string, unknown>): ListSearch => readListSearch(raw);

const inner = [
  createRoute({ getParentRoute: at, path: "/", component: lazyRouteComponent(() => import("@/routes/Home")) }),
  createRoute({
    getParentRoute: at,
    path: "/o/$object",
    validateSearch: list,
    component: lazyRouteComponent(objects, "ObjectList"),
  }),
  createRoute({
    getParentRoute: at,
    path: "/o/$object/new",
    validateSearch: words,
    component: lazyRouteComponent(objects, "ObjectNew"),
  }),
  createRoute({ getParentRoute: at, path: "/o/$object/$id", component: lazyRouteComponent(objects, "ObjectRecord") }),
  createRoute({ getParentRoute: at, path: "/o/$object/$id/edit", component: lazyRouteComponent(objects, "ObjectEdit") }),
  createRoute({ getParentRoute: at, path: "/dashboards", component: lazyRouteComponent(boards, "DashboardList") }),
  createRoute({
    getParentRoute: at,
    path: "/dashboards/$name",
    validateSearch: words,
    component: lazyRouteComponent(boards, "DashboardRoute"),
  }),
  createRoute({ getParentRoute: at, path: "/p/$page", validateSearch: words, component: HandWritten }),
] as const;

const tree = root.addChildren([login, inside.addChildren(inner)]);

function Broken({ error, reset }: ErrorComponentProps) {
  return <ErrorNote error={error} onRetry={reset} />;
}

const build = (basepath: string) =>
  createRouter({
    routeTree: tree,
    basepath,
    defaultPreload: "intent",
    defaultErrorComponent: Broken,
    defaultNotFoundComponent: Missing,
    scrollRestoration: true,
    scrollToTopSelectors: ["#main"],
    // A record just saved takes the place of its form: it begins at its top, not where the form was left.
    getScrollRestorationKey: (location) => `${location.state.__TSR_key ?? ""}${location.pathname}`,
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
      const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
      return text ? `?${text}` : "";
    },
  });

export function makeRouter(which: Door, client: QueryClient) {
  door = which;
  const router = build(which === "portal" ? "/portal" : "/");
  // A session that ended meanwhile leads back to signing in, with the way back kept; a form's draft is on this device already.
  whenExpired(async () => {
    const { pathname, href } = router.latestLocation;
    if (pathname === "/login") return;
    await router.navigate({ to: "/login", search: { reason: "expired", next: href }, ignoreBlocker: true });
    client.setQueryData(["session"], null);
  });
  return router;
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof build>;
  }
}
