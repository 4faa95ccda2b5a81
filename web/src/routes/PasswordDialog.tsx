/** The person's own password. The session it is set in goes on; those on other devices end. */
import { Alert, App, Input, Modal } from "antd";
import { type FormEvent, useId, useState } from "react";
import { Problem } from "@/api/client";
import { useCallWrite } from "@/api/hooks";
import { useLanguage } from "@/i18n";
import { useKit } from "@/kit/context";
import { Field } from "@/ui/Field";

export default function PasswordDialog({ onClose }: { onClose: () => void }) {
  const { t } = useLanguage();
  const { session } = useKit();
  const { message } = App.useApp();
  const set = useCallWrite("user.set_password");
  const form = useId();
  const [current, setCurrent] = useState("");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const [errors, setErrors] = useState<Record<string, string[]>>({});

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (again !== password) return setErrors({ again: [t("password.differs")] });
    try {
      await set.mutateAsync({ password, ...(current ? { current_password: current } : {}) });
      void message.success(t("password.saved"));
      onClose();
    } catch (error) {
      setErrors(error instanceof Problem ? error.fields : { "": [t("error.unreachable")] });
    }
  };
  const box = (name: string, label: string, value: string, set: (value: string) => void, help?: string) => (
    <Field name={name} label={label} help={help} errors={errors[name]} required={name !== "current_password"}>
      {(ids) => (
        <Input.Password
          id={ids.id}
          aria-describedby={ids.describedBy}
          status={ids.invalid ? "error" : ""}
          autoComplete={name === "current_password" ? "current-password" : "new-password"}
          autoFocus={name === "current_password"}
          required={name !== "current_password"}
          value={value}
          onChange={(event) => set(event.target.value)}
        />
      )}
    </Field>
  );
  return (
    <Modal
      open
      title={t("password.title")}
      okText={t("common.save")}
      cancelText={t("common.cancel")}
      okButtonProps={{ htmlType: "submit", form, loading: set.isPending }}
      onCancel={onClose}
    >
      <form id={form} className="password-form" onSubmit={(event) => void submit(event)}>
        {errors[""]?.length ? <Alert type="error" showIcon title={errors[""].join(" ")} /> : null}
        <input type="text" hidden readOnly autoComplete="username" value={session.user.login} />
        {box("current_password", t("password.current"), current, setCurrent, t("password.currentHelp"))}
        {box("password", t("password.new"), password, setPassword, t("password.newHelp"))}
        {box("again", t("password.again"), again, setAgain)}
      </form>
    </Modal>
  );
}
