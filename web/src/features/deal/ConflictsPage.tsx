/** Registrations that wait for a person because an earlier record is likely the same customer; oldest first. */
import { Link, useSearch } from "@tanstack/react-router";
import { useRecord, useRows } from "@/api/hooks";
import type { RecordData } from "@/api/types";
import { useLanguage } from "@/i18n";
import { formatAgo } from "@/i18n/format";
import { useKit, useObject } from "@/kit/context";
import { isLink } from "@/kit/metadata";
import { RecordHead } from "@/kit/record/RecordHead";
import "@/kit/record/record.css";
import { Bones, EmptyState, ErrorNote, PageHead } from "@/ui/feedback";
import { Conflict } from "./Conflict";
import "./deal.css";

const text = (value: unknown) => (typeof value === "string" ? value : "");

function Open({ id }: { id: string }) {
  const object = useObject("deal_registration");
  const { data, error, refetch } = useRecord("deal_registration", id, Boolean(id));
  if (error && !data) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (!data || !object) return <Bones rows={8} />;
  return (
    <div className="conflict-open">
      <RecordHead object={object} reply={data} />
      <Conflict object={object} reply={data} />
    </div>
  );
}

function Waiting({ rows, present }: { rows: RecordData[]; present: string }) {
  const { locale } = useLanguage();
  const { session } = useKit();
  return (
    <ul className="card conflict-list">
      {rows.map((row) => (
        <li key={row.id}>
          <Link
            to="/p/$page"
            params={{ page: "conflicts" }}
            search={{ id: row.id }}
            className="conflict-item"
            aria-current={row.id === present ? "true" : undefined}
          >
            <strong>{text(row.customer_name)}</strong>
            <span className="muted">
              {isLink(row.partner_id) ? row.partner_id.title : ""} ·{" "}
              {formatAgo(text(row.submitted_at), locale, session.site.time_zone, Date.now())}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

export default function ConflictsPage() {
  const { t } = useLanguage();
  const { id } = useSearch({ strict: false }) as { id?: string };
  const filter = "state == 'submitted' and hint == 'review'";
  const { data, error, refetch, isPending } = useRows("deal_registration", { filter, sort: "submitted_at", limit: 100 });
  const rows = data?.rows ?? [];
  const present = id ?? rows[0]?.id ?? "";
  return (
    <div className="page">
      <title>{t("deal.conflicts")}</title>
      <PageHead title={t("deal.conflicts")} purpose={t("deal.conflictsText")} />
      {isPending ? <Bones rows={6} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {data && !present ? <EmptyState icon="scale" title={t("deal.noConflicts")} text={t("deal.noConflictsText")} /> : null}
      {present ? (
        <div className="conflict-page">
          {rows.length ? <Waiting rows={rows} present={present} /> : null}
          <Open key={present} id={present} />
        </div>
      ) : null}
    </div>
  );
}
