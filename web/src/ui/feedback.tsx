/** What is shown when there is nothing, not yet, or not any more. */
import { Button } from "antd";
import type { ReactNode } from "react";
import { Problem, Unreachable } from "@/api/client";
import { useLanguage } from "@/i18n";
import { Icon } from "./Icon";
import { useOnline } from "./preferences";

/** As many lines stand for a page, or for the main part of one. */
const PAGE_ROWS = 5;

export function EmptyState({
  icon = "layers",
  title,
  text,
  children,
}: {
  icon?: string;
  title: string;
  text?: string;
  children?: ReactNode;
}) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} size={28} />
      </span>
      <h2 className="empty-title">{title}</h2>
      {text ? <p className="empty-text">{text}</p> : null}
      {children ? <div className="empty-actions">{children}</div> : null}
    </div>
  );
}

/** A failed read: what happened, the id to quote, and a way on. */
export function ErrorNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useLanguage();
  const problem = error instanceof Problem ? error : undefined;
  const text = error instanceof Unreachable ? t("error.unreachable") : (problem?.message ?? t("error.page"));
  return (
    <div className="error-note" role="alert">
      <Icon name="warning" size={20} />
      <div>
        <strong>{t("error.title")}</strong>
        <p>{text}</p>
        {problem?.requestId ? <code className="muted">{t("error.request", { id: problem.requestId })}</code> : null}
        {onRetry ? (
          <div className="error-actions">
            <Button size="small" onClick={onRetry}>
              {t("common.retry")}
            </Button>
          </div>
        ) : null}
      </div>
    </div>
  );
}

/** Nothing can be asked for without a network; what was waiting goes on by itself when it is back. */
function NoConnection() {
  const { t } = useLanguage();
  return (
    <div role="status">
      <EmptyState icon="offline" title={t("error.offlineTitle")} text={t("error.offline")} />
    </div>
  );
}

export function Bones({ rows = 6, kind = "lines" }: { rows?: number; kind?: "lines" | "cards" }) {
  const { t } = useLanguage();
  const online = useOnline();
  if (!online) return kind === "lines" && rows >= PAGE_ROWS ? <NoConnection /> : null;
  const keys = Array.from({ length: rows }, (_, index) => `bone-${index}`);
  return (
    <div className={`bones bones-${kind}`} role="status" aria-label={t("common.loading")}>
      {keys.map((key) => (
        <span key={key} className="bone" />
      ))}
    </div>
  );
}

export function PageHead({ title, purpose, children }: { title: string; purpose?: string; children?: ReactNode }) {
  return (
    <header className="page-head">
      <div className="page-head-text">
        <h1>{title}</h1>
        {purpose ? <p className="muted">{purpose}</p> : null}
      </div>
      {children ? <div className="page-head-actions">{children}</div> : null}
    </header>
  );
}
