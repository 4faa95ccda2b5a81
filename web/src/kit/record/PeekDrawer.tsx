/** A look at one record beside its list, with its actions; the full page is one click away. */
import { Drawer } from "antd";
import { useRecord } from "@/api/hooks";
import type { ObjectMeta } from "@/api/types";
import { useLanguage } from "@/i18n";
import { Bones, ErrorNote } from "@/ui/feedback";
import { Icon } from "@/ui/Icon";
import { ButtonLink } from "../ButtonLink";
import { RecordHead } from "./RecordHead";
import { Sections } from "./Sections";
import { Timeline } from "./Timeline";
import "./record.css";
import "../form/form.css";

export default function PeekDrawer({ object, id, onClose }: { object: ObjectMeta; id: string; onClose: () => void }) {
  const { t, say } = useLanguage();
  const { data, error, refetch } = useRecord(object.name, id);
  return (
    <Drawer
      open
      mask={false}
      size={580}
      title={say(object.label)}
      onClose={onClose}
      extra={
        <ButtonLink to="/o/$object/$id" params={{ object: object.name, id }} icon={<Icon name="right" />} iconPlacement="end">
          {t("common.open")}
        </ButtonLink>
      }
    >
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {data ? (
        <div className="peek">
          <RecordHead object={object} reply={data} compact />
          <Sections object={object} record={data.record} />
          <section className="card block" aria-label={t("record.timeline")}>
            <h2 className="block-title">{t("record.timeline")}</h2>
            <Timeline object={object} id={id} />
          </section>
        </div>
      ) : error ? null : (
        <Bones />
      )}
    </Drawer>
  );
}
