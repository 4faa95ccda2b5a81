/** A value as the log holds it: a link there is a bare id, so its name is looked up; a record out of sight keeps its number. */
import { useQuery } from "@tanstack/react-query";
import { request } from "@/api/client";
import type { FieldMeta, FieldValue, RecordReply } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useKit } from "./context";
import { divisionName, useDivisions } from "./divisions";
import { plainText } from "./FieldText";
import { isLink, titleOf } from "./metadata";

function LinkName({ object, id }: { object: string; id: string }) {
  const { meta } = useKit();
  const { data } = useQuery({
    queryKey: ["record", object, id],
    queryFn: () => request<RecordReply>("GET", `/${object}/${id}`),
    staleTime: 5 * 60_000,
    retry: false,
    enabled: Boolean(meta.objects[object]),
  });
  return data ? titleOf(meta.objects[object], data.record) : `#${id}`;
}

function DivisionName({ code }: { code: string }) {
  const { data } = useDivisions();
  return data ? divisionName(data, code) : code;
}

export function ValueText({ field, value }: { field: FieldMeta | undefined; value: FieldValue | undefined }) {
  const language = useLanguage();
  const { session } = useKit();
  const empty = value === null || value === undefined || value === "";
  if (!empty && field?.type === "link" && field.to && !isLink(value)) return <LinkName object={field.to} id={String(value)} />;
  if (!empty && field?.type === "division") return <DivisionName code={String(value)} />;
  return plainText(field, value, language, session.site) || language.t("common.none");
}
