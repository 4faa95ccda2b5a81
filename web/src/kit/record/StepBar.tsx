/** Where a record stands on its way. Dropped states appear only when the record is in one. */
import type { ObjectMeta, RecordData } from "@/api/types";
import { useLanguage } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { stateOf } from "../metadata";

export function StepBar({ object, record }: { object: ObjectMeta; record: RecordData }) {
  const { t, say } = useLanguage();
  const present = stateOf(object, record);
  if (!present) return null;
  const dropped = present.stage === "dropped";
  const steps = (object.states ?? []).filter((state) => state.stage !== "dropped" || state === present);
  const at = steps.indexOf(present);
  return (
    <ol className="steps" aria-label={t("record.states")}>
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
