/** Puts the pieces together: look, language, server state and routes. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { App as AntApp, ConfigProvider } from "antd";
import en from "antd/locale/en_US";
import zh from "antd/locale/zh_CN";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { useEffect, useMemo } from "react";
import { Problem, Unreachable } from "@/api/client";
import type { Door } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useDark, useMedia, usePreferences } from "@/ui/preferences";
import { themeOf } from "@/ui/theme";
import { makeRouter } from "./router";

const RETRIES = 2;

/** A refusal is an answer: asking again changes nothing. */
const worthRetry = (count: number, error: Error) =>
  count < RETRIES && !(error instanceof Unreachable) && !(error instanceof Problem && error.status < 500);

const client = new QueryClient({
  // Without a network a question waits for it; a write fails at once and says so, rather than acting later unasked.
  defaultOptions: {
    mutations: { networkMode: "always" },
    queries: { retry: worthRetry, staleTime: 15_000, refetchOnWindowFocus: true },
  },
});

export function App({ door }: { door: Door }) {
  const { locale } = useLanguage();
  const { density } = usePreferences();
  const dark = useDark();
  const still = useMedia("(prefers-reduced-motion: reduce)");
  const router = useMemo(() => makeRouter(door, client), [door]);
  const theme = useMemo(() => themeOf(door, dark, density, still), [door, dark, density, still]);

  useEffect(() => {
    const root = document.documentElement.dataset;
    root.theme = dark ? "dark" : "light";
    root.density = density;
    root.door = door;
  }, [dark, density, door]);

  dayjs.locale(locale === "en" ? "en" : "zh-cn");
  return (
    <ConfigProvider theme={theme} locale={locale === "en" ? en : zh} button={{ autoInsertSpace: false }}>
      <AntApp className="app-root">
        <QueryClientProvider client={client}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </AntApp>
    </ConfigProvider>
  );
}
