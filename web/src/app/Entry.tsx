/** Behind the door: asks who is there and what is declared, then draws the shell. Nobody there leads to signing in. */
import { useQueryClient } from "@tanstack/react-query";
import { Navigate, useRouterState } from "@tanstack/react-router";
import { Button } from "antd";
import { useEffect, useMemo } from "react";
import { listen } from "@/api/events";
import { saveLocale, useMeta, useSession } from "@/api/hooks";
import type { Door } from "@/api/types";
import { asLocale, hasChosenLocale, setLocale, useLanguage } from "@/i18n";
import { KitProvider } from "@/kit/context";
import { withRoles } from "@/kit/metadata";
import { Shell } from "@/routes/Shell";
import { Bones, EmptyState, ErrorNote } from "@/ui/feedback";
import { pages } from "./pages";
import { slots } from "./slots";

const hasPage = (page: string) => page in pages;

function useLive(signedIn: boolean) {
  const client = useQueryClient();
  useEffect(() => (signedIn ? listen(client) : undefined), [signedIn, client]);
}

export function Entry({ door }: { door: Door }) {
  const { t } = useLanguage();
  const session = useSession();
  const who = session.data;
  const fits = who?.door === door;
  const meta = useMeta(Boolean(who));
  const declared = useMemo(() => meta.data && withRoles(meta.data, door), [meta.data, door]);
  const next = useRouterState({ select: (state) => state.location.href });
  useLive(Boolean(who));

  useEffect(() => {
    if (!who) return;
    const remembered = asLocale(who.user.locale);
    const shown = asLocale(document.documentElement.lang);
    if (!hasChosenLocale()) void setLocale(remembered, false);
    // The server refuses, exports and mails in the language it remembers: that is to be the one chosen here.
    else if (shown !== remembered) saveLocale(shown).catch(() => undefined);
  }, [who]);

  if (session.error && !who) return <ErrorNote error={session.error} onRetry={() => void session.refetch()} />;
  if (session.isPending) return <Bones rows={6} />;
  if (!who) return <Navigate to="/login" search={next === "/" ? {} : { next }} replace />;
  if (!fits) {
    return (
      <EmptyState icon="shield" title={t("shell.wrongDoor")}>
        <Button type="primary" href={who.door === "portal" ? "/portal" : "/"}>
          {t(who.door === "portal" ? "shell.toPortal" : "shell.toOffice")}
        </Button>
      </EmptyState>
    );
  }
  if (meta.error && !meta.data) return <ErrorNote error={meta.error} onRetry={() => void meta.refetch()} />;
  if (!declared) return <Bones rows={6} />;
  return (
    <KitProvider value={{ session: who, meta: declared, slots }}>
      <Shell door={door} hasPage={hasPage} />
    </KitProvider>
  );
}
