/** What jsdom lacks and antd asks for. */
import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";
import { startLanguage } from "@/i18n";

await startLanguage("zh-CN");
afterEach(() => {
  cleanup();
  localStorage.clear();
});

Object.assign(window, {
  scrollTo: () => undefined,
  matchMedia: (query: string) => ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
  }),
  ResizeObserver: class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
});

Element.prototype.scrollIntoView = () => undefined;
