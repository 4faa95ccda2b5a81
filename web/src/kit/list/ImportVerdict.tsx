/** What a file's rows would do, or did, and what is wrong with the others, by the fields' own names. */
import type { ImportReply, ObjectMeta } from "@/api/types";
import { useLanguage } from "@/i18n";
import { fieldsOf } from "../metadata";
import "../record/record.css";

export function ImportVerdict({ object, verdict }: { object: ObjectMeta; verdict: ImportReply }) {
  const { t, say } = useLanguage();
  const fields = fieldsOf(object);
  const faulty = new Set(verdict.errors.map((error) => error.row)).size;
  return (
    <>
      <dl className="figures">
        <div>
          <dt>{t("import.created")}</dt>
          <dd className="number">{verdict.created}</dd>
        </div>
        <div>
          <dt>{t("import.updated")}</dt>
          <dd className="number">{verdict.updated}</dd>
        </div>
        <div>
          <dt>{t("import.unchanged")}</dt>
          <dd className="number">{verdict.unchanged ?? 0}</dd>
        </div>
        <div>
          <dt>{t("import.errors")}</dt>
          <dd className={faulty ? "number figure-bad" : "number"}>{faulty}</dd>
        </div>
      </dl>
      {faulty ? (
        <div className="import-errors">
          <table className="read-table">
            <thead>
              <tr>
                <th scope="col">{t("import.row")}</th>
                <th scope="col">{t("import.field")}</th>
                <th scope="col">{t("import.reason")}</th>
              </tr>
            </thead>
            <tbody>
              {verdict.errors.map((error) => (
                <tr key={`${error.row}${error.field}${error.code}`}>
                  <td className="number">{error.row}</td>
                  <td title={error.field ?? undefined}>{say(fields.get(error.field ?? "")?.label) || error.field}</td>
                  <td>{error.detail}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </>
  );
}
