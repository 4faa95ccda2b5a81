/** Brings in a CSV file or a workbook: a trial run tells what each row would do, only then may it be imported. */
import { useQueryClient } from "@tanstack/react-query";
import { Alert, App, Button, Modal, Upload } from "antd";
import { useState } from "react";
import { request } from "@/api/client";
import type { ImportReply, ObjectMeta } from "@/api/types";
import { useLanguage } from "@/i18n";
import { inside, many } from "@/i18n/names";
import { useErrorText } from "@/ui/errorText";
import { Icon } from "@/ui/Icon";
import { enteredFields } from "../metadata";
import { ImportVerdict } from "./ImportVerdict";
import "../record/record.css";

/** Excel in China writes GB18030 unless told otherwise; bytes that are not UTF-8 are read as that. */
export function decodeText(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/^\uFEFF/, "");
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

const CSV = "text/csv; charset=utf-8";
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

interface Sheet {
  content: string | ArrayBuffer;
  type: string;
  name: string;
}

/** What is sent of a file: a workbook as it is, anything else as text. */
async function sheetOf(file: File): Promise<Sheet> {
  const bytes = await file.arrayBuffer();
  const name = `${file.name} ${file.size} ${file.lastModified}`;
  return /\.xlsx$/i.test(file.name) ? { content: bytes, type: XLSX, name } : { content: decodeText(bytes), type: CSV, name };
}

export default function ImportDialog({ object, onClose }: { object: ObjectMeta; onClose: () => void }) {
  const { t, say } = useLanguage();
  const { message } = App.useApp();
  const errorText = useErrorText();
  const client = useQueryClient();
  const [file, setFile] = useState<{ name: string; sheet: Sheet } | null>(null);
  const [verdict, setVerdict] = useState<ImportReply | null>(null);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState("");
  const label = say(inside(many(object.label)));

  const send = async (sheet: Sheet, dry: boolean) => {
    setBusy(true);
    setRefusal("");
    try {
      const path = `/${object.name}/import${dry ? "?dry_run=1" : ""}`;
      const reply = await request<ImportReply>("POST", path, { raw: sheet, once: true });
      setVerdict(reply);
      if (!dry && !reply.errors.length) {
        void message.success(
          t("import.done", { created: reply.created, updated: reply.updated, unchanged: reply.unchanged ?? 0 }),
        );
        void client.invalidateQueries({ queryKey: ["list", object.name] });
        onClose();
      }
    } catch (error) {
      setRefusal(errorText(error));
    } finally {
      setBusy(false);
    }
  };

  const pick = async (picked: File) => {
    setBusy(true);
    setVerdict(null);
    try {
      const sheet = await sheetOf(picked);
      setFile({ name: picked.name, sheet });
      await send(sheet, true);
    } catch {
      setBusy(false);
      setFile(null);
      setRefusal(t("import.unreadable"));
    }
  };

  return (
    <Modal
      open
      width={680}
      title={t("import.title", { label })}
      onCancel={onClose}
      footer={[
        <Button key="cancel" onClick={onClose}>
          {t("common.cancel")}
        </Button>,
        <Button
          key="run"
          type="primary"
          loading={busy}
          disabled={!file || !verdict || verdict.errors.length > 0}
          onClick={() => file && void send(file.sheet, false)}
        >
          {t("import.run")}
        </Button>,
      ]}
    >
      <div className="action-form">
        <p className="muted">{t("import.help")}</p>
        <Upload.Dragger
          accept={`.csv,text/csv,.xlsx,${XLSX}`}
          maxCount={1}
          showUploadList={false}
          // One file at a time: an answer about another must not open the import of this one.
          disabled={busy}
          beforeUpload={(picked) => {
            void pick(picked);
            return Upload.LIST_IGNORE;
          }}
        >
          <p>
            <Icon name="upload" size={24} />
          </p>
          <p>{file?.name ?? t("import.pick")}</p>
        </Upload.Dragger>
        <details>
          <summary>{t("import.fields")}</summary>
          <p className="import-fields">
            {enteredFields(object).map((field) => (
              <code key={field.name} title={say(field.label)}>
                {field.name}
              </code>
            ))}
          </p>
        </details>
        {refusal ? <Alert type="error" showIcon title={refusal} /> : null}
        {verdict ? <ImportVerdict object={object} verdict={verdict} /> : null}
      </div>
    </Modal>
  );
}
