/** Calls a function that hands out a secret, and shows it; a refusal is told. */
import { App } from "antd";
import { type ReactNode, useState } from "react";
import { useCallWrite } from "@/api/hooks";
import { useLanguage } from "@/i18n";
import { useErrorText } from "@/ui/errorText";
import { SecretDialog } from "./SecretDialog";

interface Shown {
  title: string;
  text: string;
  secret: string;
}

export function useSecret<T>(name: string, show: (answer: T) => Shown) {
  const errorText = useErrorText();
  const { message } = App.useApp();
  const call = useCallWrite<T>(name);
  const [shown, setShown] = useState<Shown | null>(null);
  const ask = async (body: unknown) => {
    try {
      setShown(show(await call.mutateAsync(body)));
    } catch (error) {
      void message.error(errorText(error));
    }
  };
  const dialog: ReactNode = shown ? <SecretDialog {...shown} onClose={() => setShown(null)} /> : null;
  return { ask, asking: call.isPending, dialog };
}

/** A one-time link with which a user signs in for the first time. */
export function useInvitation() {
  const { t } = useLanguage();
  return useSecret<{ path: string; expires_in_days: number }>("user.invite", ({ path, expires_in_days }) => ({
    title: t("access.link"),
    text: t("access.linkText", { days: expires_in_days }),
    secret: window.location.origin + path,
  }));
}
