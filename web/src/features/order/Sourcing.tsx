/** Who ships and why: every site that was weighed, near to far, with the reason it ships or does not. */
import { Button } from "antd";
import { useRows } from "@/api/hooks";
import type { Decision, RecordData } from "@/api/types";
import { useLanguage } from "@/i18n";
import { isLink } from "@/kit/metadata";
import { Icon } from "@/ui/Icon";
import { kilometres } from "../distance";
import { RingMap } from "./RingMap";
import { type Candidate, candidatesOf, pointOf, radiusOf } from "./sourcing";

const SIGNS = { pass: "check", fail: "close", info: "info" } as const;

function Row({ one, index }: { one: Candidate; index: number }) {
  const { t, say } = useLanguage();
  return (
    <li className={`candidate candidate-${one.outcome}`}>
      <span className="candidate-number number" aria-hidden="true">
        {index + 1}
      </span>
      <span className="candidate-text">
        <strong>{one.name}</strong>
        <span className="muted">
          {t(one.store ? "sourcing.store" : "sourcing.warehouse")}
          {one.metres === undefined ? "" : ` · ${kilometres(one.metres)}`}
        </span>
        <span className="candidate-why">
          <Icon name={SIGNS[one.outcome]} size={13} /> {say(one.reason)}
          {one.details.map((detail) => (
            <span key={`${detail.text.zh}.${detail.value}`} className="muted">
              {" "}
              {say(detail.text)} <span className="number">{detail.value}</span>
            </span>
          ))}
        </span>
      </span>
    </li>
  );
}

interface Props {
  order: RecordData;
  decision: Decision;
  /** The one that had several sites ship. */
  split: Decision | undefined;
  onWhy: () => void;
}

export function Sourcing({ order, decision, split, onWhy }: Props) {
  const { t, say } = useLanguage();
  const sites = useRows("site", { limit: 200 }).data?.rows ?? [];
  const candidates = candidatesOf(decision, order, sites);
  const radius = radiusOf(decision);
  return (
    <section className="card block" aria-label={t("sourcing.title")}>
      <div className="block-head">
        <h2 className="block-title">{t("sourcing.title")}</h2>
        <Button size="small" onClick={onWhy}>
          {t("why.button")}
        </Button>
      </div>
      {candidates.length ? (
        <div className="sourcing">
          <ol className="candidates">
            {candidates.map((one, index) => (
              <Row key={one.name} one={one} index={index} />
            ))}
          </ol>
          {pointOf(order) ? (
            <figure className="sourcing-map">
              <RingMap candidates={candidates} radius={radius} />
              <figcaption className="muted">
                {t("sourcing.legend")} {radius ? t("sourcing.radius", { distance: kilometres(radius) }) : null}
              </figcaption>
            </figure>
          ) : (
            <p className="muted sourcing-map">{t("sourcing.noPlace")}</p>
          )}
        </div>
      ) : (
        // What else was weighed is the vendor's own business.
        <p>
          <Icon name={SIGNS[decision.explanation.outcome]} size={15} />{" "}
          {!split && isLink(order.site_id) && order.site_id.title
            ? t("sourcing.from", { site: order.site_id.title })
            : say((split ?? decision).explanation.text)}
        </p>
      )}
    </section>
  );
}
