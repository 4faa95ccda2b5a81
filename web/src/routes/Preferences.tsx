/** Language and appearance, one click each. */
import { Button } from "antd";
import { saveLocale } from "@/api/hooks";
import { setLocale, useLanguage } from "@/i18n";
import { Icon } from "@/ui/Icon";
import { setPreferences, useDark } from "@/ui/preferences";

export function LanguageButton({ signedIn = false }: { signedIn?: boolean }) {
  const { locale, t } = useLanguage();
  const next = locale === "en" ? "zh-CN" : "en";
  return (
    <Button
      type="text"
      aria-label={t("shell.language")}
      onClick={() => {
        void setLocale(next);
        // The choice is already in force on this device; the server only remembers it for mails and other devices.
        if (signedIn) saveLocale(next).catch(() => undefined);
      }}
    >
      <span lang={next}>{next === "en" ? "EN" : "中文"}</span>
    </Button>
  );
}

export function ThemeButton() {
  const { t } = useLanguage();
  const dark = useDark();
  const label = `${t("shell.theme")}: ${t(dark ? "shell.theme.dark" : "shell.theme.light")}`;
  return (
    <Button
      type="text"
      icon={<Icon name={dark ? "sun" : "moon"} size={18} />}
      aria-label={label}
      title={label}
      onClick={() => setPreferences({ theme: dark ? "light" : "dark" })}
    />
  );
}
