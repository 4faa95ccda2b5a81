/**
 * The one way out to the server. Every write carries the CSRF token and an idempotency key. The key belongs to the intent
 * (method, path, body): while no answer was heard, the same intent keeps its key, so that a retry cannot act twice.
 */
import type { ProblemBody, RecordData } from "./types";

const BASE = "/api/v1";
const SESSION = "/session";

/** The server's refusal or fault, as problem+json tells it. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | undefined;
  readonly record: RecordData | undefined;
  /** Refusals by field name; those without a field are under "". */
  readonly fields: Record<string, string[]>;

  constructor(status: number, body: ProblemBody) {
    super(body.detail || body.title || String(status));
    this.status = status;
    this.code = body.code ?? `http.${status}`;
    this.title = body.title ?? "";
    this.detail = body.detail ?? "";
    this.requestId = body.request_id;
    this.record = body.record;
    this.fields = {};
    const listed = body.errors?.length ? body.errors : [{ field: body.field, detail: this.message }];
    for (const error of listed) {
      const name = error.field ?? "";
      this.fields[name] = [...(this.fields[name] ?? []), error.detail];
    }
  }
}

/** No answer was heard: offline, or the server is not there. */
export class Unreachable extends Error {}

let csrf = "";
export function setCsrf(token: string) {
  csrf = token;
}

let onExpired = () => {};
/** What to do when an answer tells that the session ended, whoever asked and for what. */
export function whenExpired(act: () => void) {
  onExpired = act;
}

const openIntents = new Map<string, string>();
const RETRY_STATUS = new Set([502, 503, 504]);
const RETRY_DELAYS_MS = [300, 1200];

export interface RequestOptions {
  body?: unknown;
  /** A file sent as it is, with its content type; bytes need a name by which they are known again. */
  raw?: { content: string | ArrayBuffer; type: string; name?: string };
  version?: number;
  signal?: AbortSignal;
  /** Reads that use POST (queries, functions) repeat freely and need no key. */
  safe?: boolean;
  /** Never sent a second time by itself: an import is not held by its key. */
  once?: boolean;
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function headersFor(method: string, options: RequestOptions, key: string | undefined): Headers {
  const headers = new Headers({ accept: "application/json", "accept-language": document.documentElement.lang || "zh-CN" });
  if (options.raw) headers.set("content-type", options.raw.type);
  else if (options.body !== undefined) headers.set("content-type", "application/json");
  if (method !== "GET" && csrf) headers.set("x-csrf-token", csrf);
  if (options.version !== undefined) headers.set("if-match", `"${options.version}"`);
  if (key) headers.set("idempotency-key", key);
  return headers;
}

async function fail(path: string, response: Response): Promise<never> {
  // At the session itself the same status means: nobody is signed in, or the password is wrong.
  if (response.status === 401 && path !== SESSION) onExpired();
  let body: ProblemBody = { title: response.statusText };
  try {
    body = (await response.json()) as ProblemBody;
  } catch {
    // Not JSON: a proxy's page. The status line is all there is to tell.
  }
  throw new Problem(response.status, body);
}

async function attempt(path: string, init: RequestInit): Promise<Response | null> {
  try {
    return await fetch(BASE + path, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    return null;
  }
}

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const { raw } = options;
  const content = raw ? raw.content : options.body === undefined ? undefined : JSON.stringify(options.body);
  const said = typeof content === "string" ? content : (raw?.name ?? "");
  const intent = method === "GET" || options.safe ? undefined : `${method} ${path} ${options.version ?? ""} ${said}`;
  const key = intent ? (openIntents.get(intent) ?? newKey()) : undefined;
  if (intent && key) openIntents.set(intent, key);
  const init: RequestInit = { method, headers: headersFor(method, options, key), credentials: "same-origin" };
  if (content !== undefined) init.body = content;
  if (options.signal) init.signal = options.signal;

  for (let round = 0; ; round++) {
    const response = await attempt(path, init);
    const delay = options.once ? undefined : RETRY_DELAYS_MS[round];
    if (response && !RETRY_STATUS.has(response.status)) {
      if (intent && response.status < 500) openIntents.delete(intent);
      if (!response.ok) return fail(path, response);
      return (response.status === 204 ? undefined : await response.json()) as T;
    }
    if (delay === undefined) {
      if (response) return fail(path, response);
      throw new Unreachable("unreachable");
    }
    await wait(delay);
  }
}

/** Query text of list parameters; empty ones are left out. */
export function queryText(params: Record<string, string | number | boolean | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || value === "" || value === false) continue;
    search.set(name, value === true ? "1" : String(value));
  }
  const text = search.toString();
  return text ? `?${text}` : "";
}

/** Saves a file the server makes; a refusal comes as a problem, and the page stays. */
export async function download(path: string) {
  const response = await attempt(path, { headers: headersFor("GET", {}, undefined), credentials: "same-origin" });
  if (!response) throw new Unreachable("unreachable");
  if (!response.ok) return fail(path, response);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = /filename="?([^";]+)/.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? "";
  link.click();
  URL.revokeObjectURL(link.href);
}

/** The address of something the browser itself fetches: a print, a receipt. */
export function address(path: string): string {
  return BASE + path;
}
