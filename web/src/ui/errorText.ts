/** What a failed request says: the server's refusal in its own words, else that no answer was heard. */
import { Problem } from "@/api/client";
import { useLanguage } from "@/i18n";

export function useErrorText(): (error: unknown) => string {
  const { t } = useLanguage();
  return (error) => (error instanceof Problem ? error.message : t("error.unreachable"));
}
