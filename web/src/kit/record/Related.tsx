/** A list of records that point at this one, with a way to see all of them and to add one. */
import { Link } from "@tanstack/react-router";
import { useRows } from "@/api/hooks";
import type { FieldMeta, ObjectMeta, RecordData, Text } from "@/api/types";
import { useLanguage } from "@/i18n";
import { inside } from "@/i18n/names";
import { Bones, ErrorNote } from "@/ui/feedback";
import { Icon } from "@/ui/Icon";
import { ButtonLink } from "../ButtonLink";
import { useKit } from "../context";
import { FieldText } from "../FieldText";
import { recordsBehind } from "../list/behind";
import { quote } from "../list/conditions";
import { fieldsOf, inLanguage, NUMBER_TYPES, titleFields, titleOf, viewsOf } from "../metadata";
import { begunWith } from "./begun";

interface Props {
  object: ObjectMeta;
  link: string;
  label: Text;
  parent: ObjectMeta;
  record: RecordData;
}

const SHOWN = 5;
const COLUMNS = 5;

export function Related({ object, link, label, parent, record }: Props) {
  const { t, say, locale } = useLanguage();
  const { session } = useKit();
  const filter = `${link} == ${quote(record.id)}`;
  const { data, error, refetch, isPending } = useRows(object.name, { filter, limit: SHOWN, sort: "-created_at", count: true });
  const fields = fieldsOf(object);
  const view = viewsOf(object, session.user.roles)[0];
  const columns = inLanguage(view?.columns ?? [], (name) => fields.has(name), locale);
  const names = columns.filter((name) => name !== link && fields.has(name)).slice(0, COLUMNS);
  const titles = titleFields(object);
  const canCreate = object.can?.create && !fields.get(link)?.read_only;
  const right = (name: string) => (NUMBER_TYPES.has(fields.get(name)?.type ?? "") ? "right" : undefined);
  return (
    <section className="card block" aria-label={say(label)}>
      <div className="block-head">
        <h2 className="block-title">
          {say(label)} {data?.total ? <span className="muted number">{data.total}</span> : null}
        </h2>
        {data?.rows.length ? (
          <Link to="/o/$object" params={{ object: object.name }} search={recordsBehind(object, session.user.roles, filter)}>
            {t("record.viewAll")}
          </Link>
        ) : null}
        {canCreate ? (
          <ButtonLink
            size="small"
            icon={<Icon name="plus" />}
            aria-label={t("form.new", { label: say(inside(object.label)) })}
            to="/o/$object/new"
            params={{ object: object.name }}
            search={begunWith(object, link, parent, record)}
          />
        ) : null}
      </div>
      {isPending ? <Bones rows={2} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {data && !data.rows.length ? <p className="muted">{t("record.noRelated", { label: say(inside(label)) })}</p> : null}
      {data?.rows.length ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: wide tables scroll and must be reachable by keyboard
        <section className="child-box" tabIndex={0} aria-label={say(label)}>
          <table className="read-table">
            <thead>
              <tr>
                {names.map((name) => (
                  <th key={name} scope="col" className={right(name)}>
                    {say(fields.get(name)?.label)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {data.rows.map((row) => (
                <tr key={row.id}>
                  {names.map((name, index) => (
                    <td key={name} className={right(name)}>
                      {index === 0 ? (
                        <Link to="/o/$object/$id" params={{ object: object.name, id: row.id }}>
                          {typeof row[name] === "string" && !titles.includes(name) ? String(row[name]) : titleOf(object, row)}
                        </Link>
                      ) : (
                        <FieldText field={fields.get(name) as FieldMeta} value={row[name]} />
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </section>
  );
}
