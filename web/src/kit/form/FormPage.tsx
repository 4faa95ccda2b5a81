/** Creating or editing one record on a page of its own: drafts, guard against leaving, Ctrl/Cmd+S, refusals beside their fields. */
import { useBlocker, useNavigate, useRouter } from "@tanstack/react-router";
import { Alert, App, Button, Modal } from "antd";
import { Suspense, useEffect, useRef } from "react";
import type { ObjectMeta, RecordReply } from "@/api/types";
import { useLanguage } from "@/i18n";
import { formatInstant } from "@/i18n/format";
import { inside } from "@/i18n/names";
import { PageHead } from "@/ui/feedback";
import { usePhone } from "@/ui/preferences";
import { useKit } from "../context";
import { titleOf } from "../metadata";
import { MovedDialog } from "./MovedDialog";
import { RecordForm } from "./RecordForm";
import { useRecordForm } from "./useRecordForm";
import type { Values } from "./values";

export function FormPage({ object, reply, prefill }: { object: ObjectMeta; reply?: RecordReply; prefill?: Values }) {
  const { t, say, locale } = useLanguage();
  const { slots, session } = useKit();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const phone = usePhone();
  const router = useRouter();
  const box = useRef<HTMLDivElement>(null);
  const form = useRecordForm({ object, record: reply?.record, ...(prefill ? { prefill } : {}) });
  const blocker = useBlocker({
    shouldBlockFn: () => form.dirty && !form.isSaved(),
    enableBeforeUnload: () => form.dirty && !form.isSaved(),
    withResolver: true,
  });

  const save = async () => {
    const record = await form.submit();
    if (record === "moved") return;
    if (!record) {
      void message.error(t("form.refused"));
      requestAnimationFrame(() => {
        const fault = box.current?.querySelector<HTMLElement>(
          "[data-invalid] input, [data-invalid] textarea, .child-fault input, [role=alert]",
        );
        fault?.scrollIntoView({ block: "center" });
        fault?.focus();
      });
      return;
    }
    void message.success(t("form.saved"));
    void navigate({ to: "/o/$object/$id", params: { object: object.name, id: record.id }, replace: true });
  };

  const latestSave = useRef(save);
  latestSave.current = save;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
        event.preventDefault();
        void latestSave.current();
      }
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);

  // A page opened by its address alone has nothing behind it.
  const leave = () => {
    if (router.history.canGoBack()) return router.history.back();
    const id = reply?.record.id;
    if (id) void navigate({ to: "/o/$object/$id", params: { object: object.name, id } });
    else void navigate({ to: "/o/$object", params: { object: object.name } });
  };
  const label = say(inside(object.label));
  const Aside = slots.formAside[object.name];
  return (
    <div className="page" ref={box}>
      <PageHead
        title={reply ? `${t("common.edit")} · ${titleOf(object, reply.record)}` : t("form.new", { label })}
        purpose={say(object.purpose)}
      />
      {form.draft ? (
        <Alert
          type="info"
          showIcon
          style={{ marginBottom: 16 }}
          title={t("form.draftRestored", { at: formatInstant(form.draft.at, locale, session.site.time_zone) })}
          action={
            <Button size="small" onClick={form.discardDraft}>
              {t("form.draftDiscard")}
            </Button>
          }
        />
      ) : null}
      <div className={Aside ? "form-page with-aside" : "form-page"}>
        <RecordForm object={object} form={form} rights={reply?.rights} />
        {Aside ? (
          <Suspense>
            <Aside
              object={object}
              values={form.values}
              set={(name, value) => form.set(name, value as never)}
              record={form.baseRecord}
            />
          </Suspense>
        ) : null}
      </div>
      <div className="form-bar card">
        <Button type="primary" loading={form.saving} onClick={() => void save()}>
          {t("common.save")}
        </Button>
        <Button onClick={leave}>{t("common.cancel")}</Button>
        {phone ? null : <span className="muted">Ctrl / ⌘ + S</span>}
      </div>
      {form.conflict ? (
        <MovedDialog
          object={object}
          before={form.baseRecord}
          latest={form.conflict}
          onReload={form.rebase}
          onClose={form.dismissConflict}
        />
      ) : null}
      <Modal
        open={blocker.status === "blocked"}
        title={t("form.leaveTitle")}
        okText={t("form.leave")}
        cancelText={t("form.stay")}
        onOk={() => blocker.proceed?.()}
        onCancel={() => blocker.reset?.()}
      >
        <p>{t("form.leaveText")}</p>
      </Modal>
    </div>
  );
}
