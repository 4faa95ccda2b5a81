/** Pages of a declared object: they find the declaration and hand over to the kit. */
import { useParams, useSearch } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense } from "react";
import { useRecord } from "@/api/hooks";
import type { FieldValue, ObjectMeta } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useObject } from "@/kit/context";
import { fieldsOf } from "@/kit/metadata";
import { Bones, EmptyState, ErrorNote } from "@/ui/feedback";

const ListPage = lazy(() => import("@/kit/list/ListPage").then((module) => ({ default: module.ListPage })));
const RecordPage = lazy(() => import("@/kit/record/RecordPage").then((module) => ({ default: module.RecordPage })));
const FormPage = lazy(() => import("@/kit/form/FormPage").then((module) => ({ default: module.FormPage })));

function WithObject({ children }: { children: (object: ObjectMeta) => ReactNode }) {
  const { t } = useLanguage();
  const { object: name } = useParams({ strict: false }) as { object: string };
  const object = useObject(name);
  if (!object) return <EmptyState icon="question" title={t("error.missing")} text={t("error.missingText")} />;
  return <Suspense fallback={<Bones rows={8} />}>{children(object)}</Suspense>;
}

export function ObjectList() {
  return <WithObject>{(object) => <ListPage key={object.name} object={object} />}</WithObject>;
}

export function ObjectRecord() {
  const { id } = useParams({ strict: false }) as { id: string };
  return <WithObject>{(object) => <RecordPage key={id} object={object} id={id} />}</WithObject>;
}

/** Values given in the address; `name.title` carries the shown text of a link. */
function prefillOf(object: ObjectMeta, search: Record<string, string>): Record<string, FieldValue> {
  const values: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(search)) {
    const field = fieldsOf(object).get(name);
    if (field) values[name] = field.type === "link" ? { id: value, title: search[`${name}.title`] ?? "" } : value;
  }
  return values;
}

export function ObjectNew() {
  const search = useSearch({ strict: false }) as Record<string, string>;
  return (
    <WithObject>{(object) => <FormPage key={object.name} object={object} prefill={prefillOf(object, search)} />}</WithObject>
  );
}

function Edit({ object, id }: { object: ObjectMeta; id: string }) {
  const { data, error, refetch } = useRecord(object.name, id);
  if (error && !data) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  // The form keeps the version it began with: a change elsewhere must meet the person as a conflict, not slip in.
  return data ? <FormPage key={id} object={object} reply={data} /> : <Bones rows={8} />;
}

export function ObjectEdit() {
  const { id } = useParams({ strict: false }) as { id: string };
  return <WithObject>{(object) => <Edit object={object} id={id} />}</WithObject>;
}
