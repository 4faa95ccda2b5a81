/** The workbench: what waits for me, what happened, where I go most. */
import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import type { RecordData } from "@/api/types";
import { useLanguage } from "@/i18n";
import { useKit } from "@/kit/context";
import { Bones, PageHead } from "@/ui/feedback";
import { Icon } from "@/ui/Icon";
import { NoticeList, TaskList } from "./InboxLists";
import { placesOf } from "./navigation";
import { useNotices, useTasks } from "./unread";
import "./home.css";

const KeyFigures = lazy(() => import("@/features/home/KeyFigures"));
const Manager = lazy(() => import("@/features/partner/Manager"));
const Recent = lazy(() => import("@/features/home/Recent"));
const NumberTiles = lazy(() => import("@/kit/dashboard/NumberTiles"));
const SHOWN = 6;

export default function Home() {
  const { t, say } = useLanguage();
  const { session, meta } = useKit();
  const navigate = useNavigate();
  const tasks = useTasks();
  const notices = useNotices();
  const open = (row: RecordData) =>
    void navigate({ to: "/o/$object/$id", params: { object: String(row.object_name), id: String(row.record_id) } });
  // A partner's own figures already stand in the cards above.
  const board = session.door === "office" ? meta.dashboards[0] : undefined;
  const groups = placesOf(meta, () => false);
  return (
    <div className="page">
      <title>{`${t("shell.home")} · ${t("product")}`}</title>
      <PageHead
        title={t("home.hello", { name: session.user.name })}
        purpose={session.user.organisation?.title ?? session.site.name}
      />
      <Suspense fallback={<Bones kind="cards" rows={4} />}>
        <KeyFigures />
      </Suspense>
      <Suspense>
        <Manager />
      </Suspense>
      {board ? (
        <section aria-label={t("home.figures")} className="home-figures">
          <Suspense fallback={<Bones kind="cards" rows={4} />}>
            <NumberTiles dashboard={board.name} />
          </Suspense>
        </section>
      ) : null}
      <div className="home-grid">
        <div className="home-column">
          <section className="card home-card">
            <h2>
              {t("home.tasks")} {tasks.data?.total ? <span className="muted number">{tasks.data.total}</span> : null}
            </h2>
            {tasks.data?.rows.length ? (
              <TaskList rows={tasks.data.rows.slice(0, SHOWN)} onOpen={open} />
            ) : (
              <p className="muted">{t("inbox.noTasks")}</p>
            )}
          </section>
          <Suspense>
            <Recent at={0} />
          </Suspense>
        </div>
        <div className="home-column">
          <section className="card home-card">
            <h2>{t("home.notices")}</h2>
            {notices.data?.rows.length ? (
              <NoticeList rows={notices.data.rows.slice(0, SHOWN)} onOpen={open} />
            ) : (
              <p className="muted">{t("inbox.noNotices")}</p>
            )}
          </section>
          <Suspense>
            <Recent at={1} />
          </Suspense>
        </div>
      </div>
      <h2 className="home-heading">{t("home.shortcuts")}</h2>
      <ul className="home-places">
        {groups
          .flatMap((group) => group.places)
          .slice(0, 12)
          .map((place) => (
            <li key={place.key}>
              <Link to={place.to} className="card home-place">
                <span className="inbox-icon">
                  <Icon name={place.icon} />
                </span>
                <span>
                  <strong>{say(place.label)}</strong>
                  <span className="muted">{say(meta.objects[place.key]?.purpose)}</span>
                </span>
              </Link>
            </li>
          ))}
      </ul>
    </div>
  );
}
