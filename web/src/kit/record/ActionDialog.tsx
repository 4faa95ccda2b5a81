/** Asks before an action runs: its confirmation text, and the fields it may write. Refusals stand next to their field. */
import { Alert, Modal } from "antd";
import { useState } from "react";
import { Problem } from "@/api/client";
import { useAct } from "@/api/hooks";
import type { ActionMeta, FieldMeta, ObjectMeta, RecordData, RecordReply } from "@/api/types";
import { useLanguage } from "@/i18n";
import { Field } from "@/ui/Field";
import { Editor } from "../form/Editor";
import { type Errors, faultOf, fieldPath, sent, type Values } from "../form/values";
import { askedFor, fieldsOf } from "../metadata";

interface Props {
  object: ObjectMeta;
  record: RecordData;
  action: ActionMeta;
  onDone: (reply: RecordReply) => void;
  onClose: () => void;
  onMoved: () => void;
}

export default function ActionDialog({ object, record, action, onDone, onClose, onMoved }: Props) {
  const { t, say } = useLanguage();
  const act = useAct(object.name);
  const fields = askedFor(action)
    .map((name) => fieldsOf(object).get(name))
    .filter((field) => field !== undefined);
  // What an earlier action was told does not serve this one.
  const anew = (field: FieldMeta) => field.read_only || action.require?.includes(field.name);
  const [values, setValues] = useState<Values>(() =>
    Object.fromEntries(fields.map((field) => [field.name, anew(field) ? undefined : record[field.name]])),
  );
  const [errors, setErrors] = useState<Errors>({});

  const run = async () => {
    const faults: Errors = {};
    for (const field of fields) {
      const must = { ...field, required: action.require?.includes(field.name) ?? false };
      const fault = faultOf(must, values[field.name], say(field.label), t);
      if (fault) faults[field.name] = [fault];
    }
    setErrors(faults);
    if (Object.keys(faults).length) return;
    const body = Object.fromEntries(fields.map((field) => [field.name, sent(field, values[field.name])]));
    try {
      onDone(await act.mutateAsync({ id: record.id, version: record.version, action: action.name, values: body }));
    } catch (error) {
      if (!(error instanceof Problem)) return setErrors({ "": [t("error.unreachable")] });
      if (error.code === "record.moved") return onMoved();
      const named: Errors = {};
      for (const [name, details] of Object.entries(error.fields)) {
        const key = name in values ? fieldPath(name) : "";
        named[key] = [...(named[key] ?? []), ...details];
      }
      setErrors(named);
    }
  };

  return (
    <Modal
      open
      title={say(action.label)}
      okText={say(action.label)}
      okButtonProps={{ danger: action.style === "danger", loading: act.isPending }}
      cancelText={t("common.cancel")}
      onOk={() => void run()}
      onCancel={onClose}
    >
      <div className="action-form">
        {errors[""]?.length ? <Alert type="error" showIcon title={errors[""].join(" ")} /> : null}
        {action.confirm ? <p>{say(action.confirm)}</p> : null}
        {fields.map((field, index) => (
          <Field
            key={field.name}
            name={field.name}
            label={say(field.label)}
            required={action.require?.includes(field.name) ?? false}
            help={say(field.help)}
            errors={errors[field.name]}
          >
            {(ids) => (
              <Editor
                field={field}
                ids={ids}
                autoFocus={index === 0}
                value={values[field.name]}
                onChange={(value) => {
                  setValues((old) => ({ ...old, [field.name]: value }));
                  setErrors((old) => ({ ...old, [field.name]: [] }));
                }}
              />
            )}
          </Field>
        ))}
      </div>
    </Modal>
  );
}
