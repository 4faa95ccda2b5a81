/**
 * State of one record form: values, faults, what changed, the draft on this device. The server's word on a field stands next to
 * that field until the person changes it. A draft keeps the record it began with: when that has moved on since, it is a conflict.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Problem, request } from "@/api/client";
import { useSave } from "@/api/hooks";
import type { FieldValue, ObjectMeta, RecordData, RecordReply } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useKit } from "../context";
import { fieldsOf, idOf } from "../metadata";
import { readStored, writeStored } from "../stored";
import { type Errors, faultOf, faultsOf, fieldPath, mergedRows, payload, startValues, type Values } from "./values";

interface Draft {
  at: string;
  values: Values;
  /** The record as it was when the changes were made; none of a new one. */
  base?: RecordData;
}

export interface FormOptions {
  object: ObjectMeta;
  record: RecordData | undefined;
  prefill?: Values;
  /** Drafts are off in small dialogs. */
  keepDraft?: boolean;
}

/** What a new record is begun with is part of the key: a draft under one partner is none under another. */
function draftName(record: RecordData | undefined, prefill: Values | undefined): string {
  if (record) return record.id;
  return ["new", ...Object.entries(prefill ?? {}).map(([name, value]) => `${name}=${idOf(value) ?? value}`)].join(".");
}

function readDraft(key: string, record: RecordData | undefined): Draft | undefined {
  const draft = readStored<Draft>(key);
  return draft && Boolean(draft.base) === Boolean(record) ? draft : undefined;
}

export function useRecordForm({ object, record, prefill: given, keepDraft = true }: FormOptions) {
  const { session, meta } = useKit();
  const { t, say } = useLanguage();
  const save = useSave(object.name);
  const [prefill] = useState(given);
  const draftKey = `qudao.draft.${session.user.id}.${object.name}.${draftName(record, prefill)}`;
  const baseOf = (from: RecordData | undefined) => ({
    record: from,
    values: { ...startValues(object, from, session, new Date()), ...prefill },
  });
  const [draft, setDraft] = useState(() => (keepDraft ? readDraft(draftKey, record) : undefined));
  const [base, setBase] = useState(() => baseOf(draft?.base ?? record));
  const [values, setValues] = useState<Values>(() => ({ ...base.values, ...draft?.values }));
  const [errors, setErrors] = useState<Errors>({});
  const [general, setGeneral] = useState<string[]>([]);
  const [conflict, setConflict] = useState(() => (record && base.record?.version !== record.version ? record : null));
  const saved = useRef(false);

  const body = useMemo(
    () => payload(object, meta.objects, values, base.record ? base.values : undefined),
    [object, meta.objects, values, base],
  );
  const clean = useMemo(
    () => JSON.stringify(payload(object, meta.objects, base.values, undefined)),
    [object, meta.objects, base.values],
  );
  const dirty = base.record ? Object.keys(body).length > 0 : JSON.stringify(body) !== clean;

  useEffect(() => {
    if (!keepDraft || saved.current) return;
    // Only what the person entered: the rest may move on before the draft is picked up again.
    const entered = Object.fromEntries(Object.keys(body).map((name) => [name, values[name]]));
    const kept: Draft = { at: new Date().toISOString(), values: entered, ...(base.record ? { base: base.record } : {}) };
    writeStored(draftKey, dirty ? kept : undefined);
  }, [keepDraft, draftKey, dirty, values, body, base.record]);

  const set = useCallback((name: string, value: FieldValue | undefined) => {
    setValues((old) => ({ ...old, [name]: value }));
    setErrors((old) => {
      const next = Object.fromEntries(Object.entries(old).filter(([path]) => path !== name && !path.startsWith(`${name}.`)));
      return Object.keys(next).length === Object.keys(old).length ? old : next;
    });
  }, []);

  const check = useCallback(
    (name: string) => {
      const field = fieldsOf(object).get(name);
      const fault = field ? faultOf(field, values[name], say(field.label), t) : undefined;
      setErrors((old) => ({ ...old, [name]: fault ? [fault] : [] }));
    },
    [object, values, say, t],
  );

  const discardDraft = () => {
    const fresh = baseOf(record);
    setDraft(undefined);
    setBase(fresh);
    setValues(fresh.values);
    setConflict(null);
    setErrors({});
  };

  const refused = useCallback(
    async (error: unknown) => {
      if (!(error instanceof Problem)) {
        setGeneral([t("error.unreachable")]);
        return false;
      }
      // Somebody may have taken the record to a state in which it may not be changed: that, too, is shown as a move.
      if (base.record && (error.code === "record.moved" || error.status === 403)) {
        const { id, version } = base.record;
        const latest = error.record ?? (await request<RecordReply>("GET", `/${object.name}/${id}`)).record;
        if (latest.version !== version) {
          setConflict(latest);
          return true;
        }
      }
      const named: Errors = {};
      const rest: string[] = [];
      for (const [field, details] of Object.entries(error.fields)) {
        if (field) named[fieldPath(field)] = details;
        else rest.push(...details);
      }
      const id = error.status >= 500 && error.requestId ? [t("error.request", { id: error.requestId })] : [];
      setErrors(named);
      setGeneral([...rest, ...id]);
      return false;
    },
    [t, base.record, object.name],
  );

  /** The saved record; null: refused, the places are marked; "moved": somebody else was first, and the dialog says so. */
  const submit = useCallback(async (): Promise<RecordData | null | "moved"> => {
    const faults = faultsOf(object, meta.objects, values, say, t);
    setErrors(faults);
    setGeneral([]);
    if (Object.keys(faults).length) return null;
    try {
      const target = base.record ? { id: base.record.id, version: base.record.version } : {};
      const reply = await save.mutateAsync({ ...target, values: body });
      saved.current = true;
      writeStored(draftKey, undefined);
      return reply.record;
    } catch (error) {
      return (await refused(error)) ? "moved" : null;
    }
  }, [object, meta.objects, values, say, t, base.record, save, body, draftKey, refused]);

  /** Takes the record as it is now as the new base; what the person changed stays changed. */
  const rebase = useCallback(
    (latest: RecordData) => {
      const fresh = startValues(object, latest, session, new Date());
      const lists = new Map(object.children?.map((child) => [child.list, meta.objects[child.object]]));
      const mine = Object.keys(body).map((name) => {
        const child = lists.get(name);
        return [name, child ? mergedRows(child, base.values[name], values[name], fresh[name]) : values[name]];
      });
      setValues({ ...fresh, ...Object.fromEntries(mine) });
      setBase({ record: latest, values: fresh });
      setConflict(null);
    },
    [object, meta.objects, session, body, values, base.values],
  );

  return {
    values,
    errors,
    general,
    dirty: dirty && !saved.current,
    isSaved: () => saved.current,
    saving: save.isPending,
    draft,
    conflict,
    baseRecord: base.record,
    set,
    check,
    submit,
    discardDraft,
    rebase,
    dismissConflict: () => setConflict(null),
  };
}

export type RecordFormState = ReturnType<typeof useRecordForm>;
