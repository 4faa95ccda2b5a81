/** What one person likes on this device: look and density. Kept in localStorage, shared by every component through one store. */
import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark" | "system";
export type Density = "comfortable" | "compact";
export interface Preferences {
  theme: Theme;
  density: Density;
}

const KEY = "qudao.preferences";
const listeners = new Set<() => void>();

function read(): Preferences {
  const fallback: Preferences = { theme: "system", density: "comfortable" };
  try {
    return { ...fallback, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>) };
  } catch {
    return fallback;
  }
}

let present = read();

export function setPreferences(change: Partial<Preferences>) {
  present = { ...present, ...change };
  localStorage.setItem(KEY, JSON.stringify(present));
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const usePreferences = () => useSyncExternalStore(subscribe, () => present);

/** Follows a media query live. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener("change", listener);
      return () => media.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
  );
}

function onConnection(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

/** Whether this device has a network. */
export const useOnline = () =>
  useSyncExternalStore(
    onConnection,
    () => navigator.onLine,
    () => true,
  );

export const usePhone = () => useMedia("(max-width: 767px)");

export function useDark(): boolean {
  const { theme } = usePreferences();
  const system = useMedia("(prefers-color-scheme: dark)");
  return theme === "dark" || (theme === "system" && system);
}
