/** One way to start the browser for all checks: Debian's Chromium through playwright-core. */
import { chromium } from "playwright-core";

const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const BASE = process.env.BASE_URL ?? "http://127.0.0.1:8080";
export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGUMENTS });

/** A page in a fresh context; collects console errors so that a check can insist on none. */
export async function openPage(
  browser,
  { viewport = DESKTOP, locale = "zh-CN", theme = "light", reducedMotion = "reduce", storage, base = BASE } = {},
) {
  const context = await browser.newContext({
    viewport,
    locale,
    colorScheme: theme,
    reducedMotion,
    baseURL: base,
    timezoneId: "Asia/Shanghai",
    ...(storage ? { storageState: storage } : {}),
  });
  const page = await context.newPage();
  const problems = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  return { context, page, problems };
}
