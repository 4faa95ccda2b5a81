/** Where a record stands on its way. Dropped states appear only when the record is in one, states it never was in are not called passed. */
import { useEffect, useRef } from "react";
import { useTimeline } from "@/api/hooks";
import type { ObjectMeta, RecordData } from "@/api/types";
import { useLanguage } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { stateOf } from "../metadata";

export function StepBar({ object, record }: { object: ObjectMeta; record: RecordData }) {
  const { t, say } = useLanguage();
  const present = stateOf(object, record);
  const { data } = useTimeline(object.name, record.id);
  const bar = useRef<HTMLOListElement>(null);
  const name = present?.name;
  // biome-ignore lint/correctness/useExhaustiveDependencies: on a phone the present step may lie outside the visible part
  useEffect(() => {
    const here = bar.current?.querySelector<HTMLElement>("[aria-current]");
    if (here && bar.current) bar.current.scrollLeft = here.offsetLeft - bar.current.offsetLeft - 24;
  }, [name, data]);
  if (!present) return null;
  const dropped = present.stage === "dropped";
  const been = data?.entries.flatMap((entry) => entry.changes.filter((one) => one.field === "state").map((one) => one.to));
  const order = object.states ?? [];
  const ahead = order.indexOf(present);
  const steps = order.filter((state, index) => {
    if (state === present) return true;
    if (state.stage === "dropped") return false;
    return index > ahead || !been || been.includes(state.name);
  });
  const at = steps.indexOf(present);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: many states scroll and must be reachable by keyboard
    <ol className="steps" ref={bar} aria-label={t("record.states")} tabIndex={0}>
      {steps.map((state, index) => {
        const kind =
          index === at
            ? dropped
              ? "dropped"
              : present.stage === "done"
                ? "done"
                : "present"
            : index < at && !dropped
              ? "passed"
              : "ahead";
        return (
          <li key={state.name} className={`step step-${kind}`} aria-current={index === at ? "step" : undefined}>
            <span className="step-mark" aria-hidden="true">
              {kind === "passed" || kind === "done" ? (
                <Icon name="check" size={12} />
              ) : kind === "dropped" ? (
                <Icon name="close" size={12} />
              ) : (
                index + 1
              )}
            </span>
            {say(state.label)}
          </li>
        );
      })}
    </ol>
  );
}
