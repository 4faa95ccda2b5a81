/** The figures of a tile as a table; each figure leads to the records it counts. */
import { Link } from "@tanstack/react-router";
import { useLanguage } from "@/i18n";
import { useKit } from "../context";
import { recordsBehind } from "../list/behind";
import { isEmpty } from "../metadata";
import { drillFilter, type Figures, figureText, kindOf } from "./figures";
import type { Range } from "./period";

export function FiguresTable({ figures, range }: { figures: Figures; range: Range }) {
  const language = useLanguage();
  const { session } = useKit();
  const { reply, groups, labels, tile, object } = figures;
  const measures = reply.columns.slice(groups);
  const groupName = reply.columns
    .slice(0, groups)
    .map((column) => language.say(column.label))
    .join(" · ");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: long tables scroll and must be reachable by keyboard
    <section className="tile-table" tabIndex={0} aria-label={language.say(tile.label)}>
      <table className="read-table">
        <thead>
          <tr>
            {groups ? <th scope="col">{groupName}</th> : null}
            {measures.map((column) => (
              <th key={column.name} scope="col" className="right">
                {language.say(column.label)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {reply.rows.map((row, index) => (
            <tr
              key={
                row
                  .slice(0, groups || 1)
                  .map(String)
                  .join("|") + labels[index]
              }
            >
              {groups ? <td>{labels[index]}</td> : null}
              {measures.map((column, at) => {
                const value = row[groups + at];
                const text = figureText(value, kindOf(column.type), language, session.site);
                const filter = drillFilter(object, tile, range, row, tile.measures[at]);
                return (
                  <td key={column.name} className="right number">
                    {isEmpty(value) ? (
                      text
                    ) : (
                      <Link
                        to="/o/$object"
                        params={{ object: object.name }}
                        search={recordsBehind(object, session.user.roles, filter)}
                        title={language.t("dashboard.drill")}
                      >
                        {text}
                      </Link>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
