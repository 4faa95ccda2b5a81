/** Two claims to what may be one customer, side by side, with what they share marked. This one is decided on in its head, the other one here. */
import { Link } from "@tanstack/react-router";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { useRecord } from "@/api/hooks";
import type { FieldMeta, ObjectMeta, RecordReply } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useKit } from "@/kit/context";
import { FieldText } from "@/kit/FieldText";
import { fieldsOf, isEmpty, offered, stateOf } from "@/kit/metadata";
import { useActions } from "@/kit/record/useActions";
import { Bones, ErrorNote } from "@/ui/feedback";
import { StatusTag } from "@/ui/StatusTag";
import { COMPARED, type Match, matchesOf } from "./evidence";
import { compareTexts, type Piece } from "./likeness";
import "./deal.css";

function Marked({ pieces }: { pieces: Piece[] }) {
  return pieces.map((piece, index) =>
    piece.same ? <mark key={index}>{piece.text}</mark> : <span key={index}>{piece.text}</span>,
  );
}

function Side({ object, reply, title, acts }: { object: ObjectMeta; reply: RecordReply; title: string; acts: boolean }) {
  const { say } = useLanguage();
  const actions = useActions(object);
  const { record } = reply;
  const state = stateOf(object, record);
  const can = offered(object, acts ? reply.actions : []).filter((action) =>
    ["approve", "reject", "return_for_information"].includes(action.name),
  );
  return (
    <th scope="col">
      <span className="muted">{title}</span>
      <Link to="/o/$object/$id" params={{ object: object.name, id: record.id }}>
        {String(record.number ?? record.name ?? record.customer_name)}
      </Link>
      {state ? <StatusTag text={say(state.label)} color={state.color} /> : null}
      {can.length ? (
        <span className="conflict-actions">
          {can.map((action) => (
            <Button
              key={action.name}
              size="small"
              type={action.style === "primary" ? "primary" : "default"}
              danger={action.style === "danger"}
              loading={actions.running === action.name}
              onClick={() => void actions.run(action, record)}
            >
              {say(action.label)}
            </Button>
          ))}
        </span>
      ) : null}
      {actions.dialog}
    </th>
  );
}

function Compared({
  object,
  reply,
  other,
  theirs,
}: {
  object: ObjectMeta;
  reply: RecordReply;
  other: ObjectMeta;
  theirs: RecordReply;
}) {
  const { t, say } = useLanguage();
  const left = fieldsOf(object);
  const right = fieldsOf(other);
  const isDeal = other.name === object.name;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide comparison scrolls and must be reachable by keyboard
    <section className="conflict-scroll" tabIndex={0} aria-label={t("deal.sideBySide")}>
      <table className="conflict-table">
        <thead>
          <tr>
            <th scope="col">
              <span className="sr-only">{t("deal.field")}</span>
            </th>
            <Side object={object} reply={reply} title={t("deal.thisClaim")} acts={false} />
            <Side object={other} reply={theirs} title={t(isDeal ? "deal.otherClaim" : "deal.otherCustomer")} acts />
          </tr>
        </thead>
        <tbody>
          {COMPARED.map(({ deal, customer, text }) => {
            const name = isDeal ? deal : customer;
            const [mine, its] = [reply.record[deal], theirs.record[name]];
            if (isEmpty(mine) && isEmpty(its)) return null;
            const marks = text && !isEmpty(mine) && !isEmpty(its) ? compareTexts(String(mine), String(its)) : undefined;
            const cell = (field: FieldMeta | undefined, value: typeof mine, pieces: Piece[] | undefined) =>
              pieces ? <Marked pieces={pieces} /> : field ? <FieldText field={field} value={value} /> : null;
            return (
              <tr key={deal}>
                <th scope="row">{say(left.get(deal)?.label)}</th>
                <td>{cell(left.get(deal), mine, marks?.[0])}</td>
                <td>{cell(right.get(name), its, marks?.[1])}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Points({ match }: { match: Match }) {
  const { t } = useLanguage();
  return (
    <ul className="points">
      {match.evidence.map((one) => (
        <li key={one.kind}>
          <span>
            <strong>{t(`deal.evidence.${one.kind}`)}</strong>{" "}
            <span className="muted">{one.ours === one.theirs ? one.ours : `${one.ours} ↔ ${one.theirs}`}</span>
          </span>
          <span className="points-bar" aria-hidden="true">
            <span style={{ width: `${one.points}%` }} />
          </span>
          <span className="number">{t("deal.points", { points: one.points })}</span>
        </li>
      ))}
    </ul>
  );
}

export function Conflict({ object, reply }: { object: ObjectMeta; reply: RecordReply }) {
  const { t } = useLanguage();
  const { meta } = useKit();
  const matches = matchesOf(reply.record).filter((match) => meta.objects[match.object]);
  const [at, setAt] = useState(0);
  const match = matches[at] ?? matches[0];
  const other = match ? meta.objects[match.object] : undefined;
  const theirs = useRecord(match?.object ?? "", match?.record ?? "", Boolean(match && other));
  if (!match || !other) return null;
  return (
    <section className="card block" aria-label={t("deal.conflict")}>
      <div className="block-head conflict-head">
        <h2 className="block-title">
          {t("deal.conflict")} <span className="muted">{t("deal.score", { score: match.score })}</span>
        </h2>
        {matches.length > 1 ? (
          <Segmented
            value={at}
            onChange={setAt}
            options={matches.map((one, index) => ({
              value: index,
              label: `${t(one.object === object.name ? "deal.otherClaim" : "deal.otherCustomer")} ${one.score}`,
            }))}
          />
        ) : null}
      </div>
      <Points match={match} />
      {theirs.error ? <ErrorNote error={theirs.error} onRetry={() => void theirs.refetch()} /> : null}
      {theirs.isPending ? <Bones rows={4} /> : null}
      {theirs.data ? <Compared object={object} reply={reply} other={other} theirs={theirs.data} /> : null}
    </section>
  );
}
