/** Signing in. Also says why one is here: signed out, locked out, or the session ended. */
import { useNavigate } from "@tanstack/react-router";
import { Alert, Button, Input } from "antd";
import { type FormEvent, useState } from "react";
import { Problem } from "@/api/client";
import { useSignIn } from "@/api/hooks";
import type { Door } from "@/api/types";
import type { TextKey } from "@/i18n";
import { useLanguage } from "@/i18n";
import { Field } from "@/ui/Field";
import { Icon } from "@/ui/Icon";
import { LanguageButton, ThemeButton } from "./Preferences";
import "./login.css";

interface Props {
  door: Door;
  reason: string | undefined;
  next: string | undefined;
}

const REASONS: Record<string, TextKey> = { ended: "login.ended", expired: "login.expired", link: "login.link" };
const POINTS: TextKey[] = ["login.point1", "login.point2", "login.point3"];

function refusalOf(error: unknown): TextKey {
  if (!(error instanceof Problem)) return "error.unreachable";
  if (error.status === 429) return "login.locked";
  return error.status === 401 ? "login.refused" : "error.title";
}

export default function Login({ door, reason, next }: Props) {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const signIn = useSignIn();
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const note = reason ? REASONS[reason] : undefined;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate(
      { login: login.trim(), password },
      {
        onSuccess: (session) => {
          // The account decides the door; the other door is another page load with its own look.
          if (session && session.door !== door) window.location.assign(session.door === "portal" ? "/portal" : "/");
          else void navigate({ to: next?.startsWith("/") && !next.startsWith("//") ? next : "/", replace: true });
        },
      },
    );
  };

  return (
    <div className="login">
      <title>{`${t("login.title")} · ${t("product")}`}</title>
      <section className="login-story">
        <p className="login-brand">
          <span className="brand-mark" aria-hidden="true" />
          {t("product")}
        </p>
        <p className="login-promise">{t("login.promise")}</p>
        <ul>
          {POINTS.map((key) => (
            <li key={key}>
              <Icon name="check" />
              {t(key)}
            </li>
          ))}
        </ul>
      </section>
      <main className="login-main">
        <div className="login-corner">
          <LanguageButton />
          <ThemeButton />
        </div>
        <form className="login-form" onSubmit={submit}>
          <h1>{t("login.title")}</h1>
          <p className="muted">{t(door === "portal" ? "door.portal" : "door.office")}</p>
          {signIn.error ? (
            <Alert type="error" showIcon title={t(refusalOf(signIn.error))} />
          ) : note ? (
            <Alert type="info" showIcon title={t(note)} />
          ) : null}
          <Field label={t("login.login")}>
            {(ids) => (
              <Input
                id={ids.id}
                size="large"
                autoComplete="username"
                autoFocus
                required
                value={login}
                onChange={(event) => setLogin(event.target.value)}
              />
            )}
          </Field>
          <Field label={t("login.password")}>
            {(ids) => (
              <Input.Password
                id={ids.id}
                size="large"
                autoComplete="current-password"
                required
                value={password}
                onChange={(event) => setPassword(event.target.value)}
              />
            )}
          </Field>
          <Button type="primary" htmlType="submit" size="large" block loading={signIn.isPending}>
            {t("login.submit")}
          </Button>
        </form>
      </main>
    </div>
  );
}
