/** Small things kept on this device under the signed-in person: column widths, drafts. Storage may be full or refused. */
import { useCallback, useState } from "react";

export function readStored<T>(key: string): T | undefined {
  try {
    const text = localStorage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

export function writeStored(key: string, value: unknown) {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden storage loses a convenience only, never data: the server holds the records.
  }
}

export function useStored<T>(key: string, fallback: T): [T, (value: T) => void] {
  const [held, setHeld] = useState<{ key: string; value: T }>(() => ({ key, value: readStored<T>(key) ?? fallback }));
  let present = held.value;
  if (held.key !== key) {
    present = readStored<T>(key) ?? fallback;
    setHeld({ key, value: present });
  }
  const set = useCallback(
    (value: T) => {
      writeStored(key, value);
      setHeld({ key, value });
    },
    [key],
  );
  return [present, set];
}
