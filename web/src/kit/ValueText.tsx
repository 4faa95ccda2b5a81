/** A value as the log holds it: a link there is a bare id, so its name is looked up; a plain word stands for a record out of sight. */
import { useQuery } from "@tanstack/react-query";
import { queryText, request } from "@/api/client";
import type { FieldMeta, FieldValue, ListReply } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useKit } from "./context";
import { divisionName, useDivisions } from "./divisions";
import { linkText, plainText } from "./FieldText";
import { quote } from "./list/conditions";
import { isLink, titleOf } from "./metadata";

/** The name of a linked record known by its id only. */
export function useLinkName(field: FieldMeta | undefined, id: string): string {
  const { t } = useLanguage();
  const { meta } = useKit();
  const object = field?.to ?? "";
  const { data, isFetching } = useQuery({
    // As a list: a record out of sight is an empty one, not an error.
    queryKey: ["list", object, "one", id],
    queryFn: () => request<ListReply>("GET", `/${object}${queryText({ filter: `id == ${quote(id)}`, limit: 1 })}`),
    staleTime: 5 * 60_000,
    retry: false,
    enabled: Boolean(id && meta.objects[object]),
  });
  const found = data?.rows[0];
  if (found) return titleOf(meta.objects[object], found);
  return isFetching ? "…" : linkText(field, null, t);
}

function LinkName({ field, id }: { field: FieldMeta; id: string }) {
  return useLinkName(field, id);
}

function DivisionName({ code }: { code: string }) {
  const { data } = useDivisions();
  return data ? divisionName(data, code) : code;
}

export function ValueText({ field, value }: { field: FieldMeta | undefined; value: FieldValue | undefined }) {
  const language = useLanguage();
  const { session } = useKit();
  const empty = value === null || value === undefined || value === "";
  if (!empty && field?.type === "link" && field.to && !isLink(value)) return <LinkName field={field} id={String(value)} />;
  if (!empty && field?.type === "division") return <DivisionName code={String(value)} />;
  return plainText(field, value, language, session.site) || language.t("common.none");
}
