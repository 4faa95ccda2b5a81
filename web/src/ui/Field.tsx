/** A labelled control with its help and its error, tied together for screen readers. */
import { type ReactNode, useId } from "react";
import { Icon } from "./Icon";

export interface ControlIds {
  id: string;
  describedBy: string | undefined;
  invalid: boolean;
}

interface FieldProps {
  label: string;
  required?: boolean;
  help?: string | undefined;
  errors?: string[] | undefined;
  wide?: boolean;
  name?: string;
  children: (ids: ControlIds) => ReactNode;
}

export function Field({ label, required, help, errors, wide, name, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const invalid = Boolean(errors?.length);
  const note = invalid || help;
  return (
    <div className={wide ? "field field-wide" : "field"} data-field={name} data-invalid={invalid || undefined}>
      <label htmlFor={id} className="field-label">
        {label}
        {required ? (
          <span className="field-required" aria-hidden="true">
            *
          </span>
        ) : null}
      </label>
      {children({ id, describedBy: note ? noteId : undefined, invalid })}
      {note ? (
        <div id={noteId} className={invalid ? "field-note field-error" : "field-note"} role={invalid ? "alert" : undefined}>
          {invalid ? (
            <>
              <Icon name="warning" size={13} /> {errors?.join(" ")}
            </>
          ) : (
            help
          )}
        </div>
      ) : null}
    </div>
  );
}
