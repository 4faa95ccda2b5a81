/** The top of a record: what it is, where it stands, its key figures, and what may be done now, the primary thing first. */
import { App, Button, Dropdown, type MenuProps } from "antd";
import { Suspense, useState } from "react";
import { address } from "@/api/client";
import type { FieldMeta, ObjectMeta, RecordReply } from "@/api/types";
import { useLanguage } from "@/i18n";
import { copyText } from "@/ui/copy";
import { Icon } from "@/ui/Icon";
import { StatusTag } from "@/ui/StatusTag";
import { ButtonLink } from "../ButtonLink";
import { useKit } from "../context";
import { FieldText } from "../FieldText";
import { fieldsOf, inLanguage, isEmpty, isSystem, offered, stateOf, titleFields, titleOf, viewsOf } from "../metadata";
import { RemoveDialog } from "./RemoveDialog";
import { StepBar } from "./StepBar";
import { useActions } from "./useActions";

const KEY_FIGURES = 4;
const BUTTONS = 3;

function KeyFigures({ object, reply }: { object: ObjectMeta; reply: RecordReply }) {
  const { say, locale } = useLanguage();
  const { session } = useKit();
  const fields = fieldsOf(object);
  const columns = viewsOf(object, session.user.roles)[0]?.columns ?? [];
  const names = inLanguage(["owner_id", ...columns], (name) => fields.has(name), locale)
    .filter((name, index, all) => all.indexOf(name) === index)
    .filter(
      (name) =>
        fields.has(name) &&
        !isSystem(name) &&
        !["state", "number", ...titleFields(object)].includes(name) &&
        !isEmpty(reply.record[name]),
    )
    .slice(0, KEY_FIGURES);
  if (!names.length) return null;
  return (
    <dl className="figures">
      {names.map((name) => (
        <div key={name}>
          <dt>{say(fields.get(name)?.label)}</dt>
          <dd>
            <FieldText field={fields.get(name) as FieldMeta} value={reply.record[name]} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function RecordHead({ object, reply, compact = false }: { object: ObjectMeta; reply: RecordReply; compact?: boolean }) {
  const { t, say, locale } = useLanguage();
  const { message } = App.useApp();
  const { session, slots } = useKit();
  const { record } = reply;
  const Piece = slots.recordActions[object.name];
  const actions = useActions(object);
  const [removing, setRemoving] = useState(false);
  const title = titleOf(object, record);
  const number = typeof record.number === "string" && record.number !== title ? record.number : "";
  const state = stateOf(object, record);
  const can = offered(object, reply.actions);
  const buttons = can.slice(0, BUTTONS);
  const params = { object: object.name, id: record.id };

  const more: NonNullable<MenuProps["items"]> = can.slice(BUTTONS).map((action) => ({
    key: action.name,
    label: say(action.label),
    danger: action.style === "danger",
    onClick: () => void actions.run(action, record),
  }));
  for (const given of object.prints ?? []) {
    const print = typeof given === "string" ? { name: given, label: undefined } : given;
    const url = address(`/${object.name}/${record.id}/print/${print.name}?locale=${locale}`);
    more.push({
      key: `print-${print.name}`,
      icon: <Icon name="print" />,
      label: [t("record.print"), say(print.label) || ((object.prints?.length ?? 0) > 1 ? print.name : "")]
        .filter(Boolean)
        .join(" · "),
      onClick: () => window.open(url, "_blank", "noopener"),
    });
  }
  // Beside a list the present address is the list's.
  const link = `${window.location.origin}${session.door === "portal" ? "/portal" : ""}/o/${object.name}/${record.id}`;
  const copy = async () => {
    if (await copyText(link)) void message.success(t("common.copied"));
    else void message.warning({ content: link, duration: 10 });
  };
  more.push({
    key: "copy",
    icon: <Icon name="link" />,
    label: t("record.copy"),
    onClick: () => void copy(),
  });
  if (reply.actions.includes("delete"))
    more.push({
      key: "delete",
      icon: <Icon name="trash" />,
      danger: true,
      label: t("common.delete"),
      onClick: () => setRemoving(true),
    });

  return (
    <header className={compact ? "record-head compact" : "record-head card"}>
      <div className="record-top">
        <div className="record-name">
          <p className="muted">
            {say(object.label)}
            {number ? <span className="number"> · {number}</span> : null}
          </p>
          {compact ? <h2>{title}</h2> : <h1>{title}</h1>}
        </div>
        {state ? <StatusTag text={say(state.label)} color={state.color} /> : null}
        <div className="record-actions">
          {buttons.map((action) => (
            <Button
              key={action.name}
              type={action.style === "primary" ? "primary" : "default"}
              danger={action.style === "danger"}
              loading={actions.running === action.name}
              onClick={() => void actions.run(action, record)}
            >
              {say(action.label)}
            </Button>
          ))}
          {Piece ? (
            <Suspense>
              <Piece object={object} reply={reply} />
            </Suspense>
          ) : null}
          {reply.actions.includes("update") ? (
            <ButtonLink icon={<Icon name="edit" />} to="/o/$object/$id/edit" params={params}>
              {t("common.edit")}
            </ButtonLink>
          ) : null}
          <Dropdown menu={{ items: more }} trigger={["click"]}>
            <Button icon={<Icon name="more" />} aria-label={t("common.more")} />
          </Dropdown>
        </div>
      </div>
      {compact ? null : <StepBar object={object} record={record} />}
      <KeyFigures object={object} reply={reply} />
      {actions.dialog}
      {removing ? <RemoveDialog object={object} record={record} onClose={() => setRemoving(false)} /> : null}
    </header>
  );
}
