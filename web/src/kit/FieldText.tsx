/** One field's value as people read it. */
import { Link } from "@tanstack/react-router";
import type { FieldMeta, FieldValue, Session } from "@/api/types";
import { type Language, useLanguage } from "@/i18n";
import { formatDate, formatInstant, formatMoney, formatNumber, formatPercent } from "@/i18n/format";
import { StatusTag } from "@/ui/StatusTag";
import { useKit } from "./context";
import { divisionName, useDivisions } from "./divisions";
import { isEmpty, isLink } from "./metadata";

/** A link's name. One without a title is out of the reader's sight: a plain word stands for it, never its number. */
export function linkText(field: FieldMeta | undefined, title: string | null | undefined, t: Language["t"]): string {
  return title || t(field?.to === "user" ? "common.otherPerson" : "common.outOfSight");
}

/** The value as plain text, for titles, CSV-like uses and change lists. Divisions show their code. */
export function plainText(
  field: FieldMeta | undefined,
  value: FieldValue | undefined,
  language: Language,
  site: Session["site"],
): string {
  const { locale, t, say } = language;
  if (value === undefined || value === null || value === "") return "";
  if (isLink(value)) return linkText(field, value.title, t);
  if (Array.isArray(value)) return t("common.of", { count: value.length });
  if (typeof value === "boolean") return value ? t("common.yes") : t("common.no");
  if (typeof value === "object") return JSON.stringify(value);
  switch (field?.type) {
    case "money":
      return formatMoney(value, site.currency, locale);
    case "percent":
      return formatPercent(value, locale);
    case "integer":
    case "quantity":
    case "decimal":
      return formatNumber(value, locale);
    case "date":
      return formatDate(String(value), locale);
    case "instant":
      return formatInstant(String(value), locale, site.time_zone);
    case "choice": {
      const choice = field.choices?.find((one) => one.value === value);
      return choice ? say(choice.label) : String(value);
    }
    default:
      return String(value);
  }
}

function Division({ code }: { code: string }) {
  const { data } = useDivisions();
  return <span>{data ? divisionName(data, code) : code}</span>;
}

export function FieldText({ field, value, links = true }: { field: FieldMeta; value: FieldValue | undefined; links?: boolean }) {
  const language = useLanguage();
  const { session, meta } = useKit();
  if (isEmpty(value)) {
    return (
      <span className="muted">
        <span aria-hidden="true">—</span>
        <span className="sr-only">{language.t("common.none")}</span>
      </span>
    );
  }
  if (isLink(value)) {
    const target = field.to ?? "";
    const name = linkText(field, value.title, language.t);
    if (!value.title) return <span className="muted">{name}</span>;
    if (!links || !meta.objects[target]) return <span>{name}</span>;
    return (
      <Link to="/o/$object/$id" params={{ object: target, id: String(value.id) }} onClick={(event) => event.stopPropagation()}>
        {name}
      </Link>
    );
  }
  if (field.type === "choice") {
    const choice = field.choices?.find((one) => one.value === value);
    return <StatusTag text={choice ? language.say(choice.label) : String(value)} color={choice?.color} />;
  }
  if (field.type === "division") return <Division code={String(value)} />;
  const text = plainText(field, value, language, session.site);
  if (links && field.type === "email") return <a href={`mailto:${text}`}>{text}</a>;
  if (links && field.type === "phone") return <a href={`tel:${text.replace(/[^\d+]/g, "")}`}>{text}</a>;
  if (links && field.type === "web" && /^https?:\/\//.test(text)) {
    return (
      <a href={text} target="_blank" rel="noreferrer">
        {text.replace(/^https?:\/\//, "")}
      </a>
    );
  }
  if (field.type === "long_text") return <span className="long-text">{text}</span>;
  if (field.type === "json") return <code>{text}</code>;
  const numeric = ["money", "percent", "integer", "quantity", "decimal", "date", "instant"].includes(field.type);
  return numeric ? <span className="number nowrap">{text}</span> : text;
}
