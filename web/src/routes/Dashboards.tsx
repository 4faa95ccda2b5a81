/** Dashboards: the first one at once, the others as tabs. */
import { Navigate, useParams } from "@tanstack/react-router";
import { useLanguage } from "@/i18n";
import { useKit } from "@/kit/context";
import { DashboardPage } from "@/kit/dashboard/DashboardPage";
import { EmptyState } from "@/ui/feedback";

export function DashboardList() {
  const { t } = useLanguage();
  const first = useKit().meta.dashboards[0];
  if (!first) return <EmptyState icon="chart" title={t("shell.dashboards")} text={t("dashboard.none")} />;
  return <Navigate to="/dashboards/$name" params={{ name: first.name }} replace />;
}

export function DashboardRoute() {
  const { name } = useParams({ strict: false }) as { name: string };
  return <DashboardPage key={name} name={name} />;
}
