/** The private duplicate hint: asked when the person pauses, never in the middle of composing Chinese, never twice for one input. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { request } from "@/api/client";
import { idOf } from "@/kit/metadata";

export interface Hint {
  answer: "free" | "protected" | "ours" | "direct" | "review";
  /** Day protection ends, when there is one. */
  until?: string;
  territory?: { covered: boolean; nearest: string | null };
}

/** What a check says: the answer about the customer, the word on the territory, or both. */
export interface Verdict {
  isAnswerShown: boolean;
  territory?: "inside" | "outside";
}

/** Nothing that sounds like a yes stands beside a no: outside the territory "free" and "will be compared" are not said. */
export function verdictOf({ answer, territory }: Hint): Verdict {
  const isYes = answer === "free" || answer === "review";
  if (!territory) return { isAnswerShown: true };
  if (!territory.covered) return { isAnswerShown: !isYes, territory: "outside" };
  return { isAnswerShown: true, ...(isYes ? { territory: "inside" } : {}) };
}

const PAUSE_MS = 400;
const TEXTS = ["credit_code", "contact_phone", "contact_email", "domain", "division"];

const text = (value: unknown) => (typeof value === "string" ? value.trim() : "");

/** Two Chinese characters or three letters may be a name; less is not worth a question. */
export const isAskable = (name: string) => (name.match(/\p{Script=Han}/gu)?.length ?? 0) >= 2 || name.length >= 3;

export function questionOf(values: Record<string, unknown>): Record<string, string> {
  const question: Record<string, string> = { customer_name: text(values.customer_name) };
  for (const name of TEXTS) if (text(values[name])) question[name] = text(values[name]);
  for (const name of ["industry_id", "partner_id"]) {
    const id = idOf(values[name]);
    if (id) question[name] = id;
  }
  return question;
}

/** True while an input method puts a word together: what stands in the field is not yet what is meant. */
function useComposing(): boolean {
  const [composing, setComposing] = useState(false);
  useEffect(() => {
    const begin = () => setComposing(true);
    const end = () => setComposing(false);
    document.addEventListener("compositionstart", begin);
    document.addEventListener("compositionend", end);
    return () => {
      document.removeEventListener("compositionstart", begin);
      document.removeEventListener("compositionend", end);
    };
  }, []);
  return composing;
}

export function useHint(values: Record<string, unknown>) {
  const composing = useComposing();
  const wanted = JSON.stringify(questionOf(values));
  const [asked, setAsked] = useState("");
  useEffect(() => {
    if (composing) return;
    const timer = setTimeout(() => setAsked(wanted), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [wanted, composing]);
  const name = text(values.customer_name);
  const ready = asked !== "" && isAskable((JSON.parse(asked) as { customer_name: string }).customer_name);
  const query = useQuery({
    queryKey: ["call", "deal.hint", asked],
    queryFn: ({ signal }) => request<Hint>("POST", "/call/deal.hint", { body: JSON.parse(asked), safe: true, signal }),
    enabled: ready && isAskable(name),
    // Every question is counted against the person: the same one is not asked again while the form is open.
    staleTime: 5 * 60_000,
    refetchOnWindowFocus: false,
    retry: false,
  });
  const current = asked === wanted && ready;
  return {
    hint: current ? query.data : undefined,
    error: current ? query.error : null,
    waiting: isAskable(name) && (!current || query.isFetching),
    tooShort: !isAskable(name),
  };
}
