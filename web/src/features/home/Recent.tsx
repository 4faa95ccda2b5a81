/** The records that moved last, of the two kinds a person works with most. */
import { Link } from "@tanstack/react-router";
import { useRows } from "@/api/hooks";
import type { ObjectMeta, RecordData } from "@/api/types";
import { useLanguage } from "@/i18n";
import { formatAgo } from "@/i18n/format";
import { inside, many } from "@/i18n/names";
import { ButtonLink } from "@/kit/ButtonLink";
import { useKit } from "@/kit/context";
import { FieldText } from "@/kit/FieldText";
import { fieldsOf, stateOf, titleOf } from "@/kit/metadata";
import { Bones, ErrorNote } from "@/ui/feedback";
import { Icon } from "@/ui/Icon";
import { StatusTag } from "@/ui/StatusTag";
import { recentFor } from "./figures";
import "./home.css";

const SHOWN = 5;
const AMOUNTS = ["total_amount", "amount", "open_amount"];

function Line({ object, row }: { object: ObjectMeta; row: RecordData }) {
  const { say, locale } = useLanguage();
  const { session } = useKit();
  const state = stateOf(object, row);
  const amount = AMOUNTS.map((name) => fieldsOf(object).get(name)).find((field) => field && row[field.name]);
  return (
    <li>
      <Link to="/o/$object/$id" params={{ object: object.name, id: row.id }} className="recent-line">
        <span className="recent-name">
          <strong>{titleOf(object, row)}</strong>
          <span className="muted">{formatAgo(String(row.created_at), locale, session.site.time_zone, Date.now())}</span>
        </span>
        {amount ? <FieldText field={amount} value={row[amount.name]} /> : null}
        {state ? <StatusTag text={say(state.label)} color={state.color} /> : null}
      </Link>
    </li>
  );
}

function RecentCard({ object }: { object: ObjectMeta }) {
  const { t, say } = useLanguage();
  const { data, error, refetch, isPending } = useRows(object.name, { sort: "-created_at", limit: SHOWN });
  return (
    <section className="card home-card" aria-label={t("home.recent", { label: say(inside(many(object.label))) })}>
      <div className="block-head">
        <h2 className="block-title">{t("home.recent", { label: say(inside(many(object.label))) })}</h2>
        {data?.rows.length ? (
          <Link to="/o/$object" params={{ object: object.name }}>
            {t("record.viewAll")}
          </Link>
        ) : null}
      </div>
      {isPending ? <Bones rows={3} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {data && !data.rows.length ? (
        <div className="recent-none">
          <p className="muted">{say(object.purpose) || t("list.empty", { label: say(inside(many(object.label))) })}</p>
          {object.can?.create ? (
            <ButtonLink icon={<Icon name="plus" />} to="/o/$object/new" params={{ object: object.name }}>
              {t("form.new", { label: say(inside(object.label)) })}
            </ButtonLink>
          ) : null}
        </div>
      ) : null}
      {data?.rows.length ? (
        <ul className="recent">
          {data.rows.map((row) => (
            <Line key={row.id} object={object} row={row} />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

/** One of the kinds, so that the page can put them in columns. */
export default function Recent({ at }: { at: number }) {
  const { session, meta } = useKit();
  const object = meta.objects[recentFor(meta, session.user.roles)[at] ?? ""];
  return object ? <RecentCard object={object} /> : null;
}
