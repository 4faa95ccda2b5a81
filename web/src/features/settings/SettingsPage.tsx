/** Site settings by area. Each value is saved by itself; the server says why a value is refused. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input } from "antd";
import { useState } from "react";
import { request } from "@/api/client";
import type { FieldMeta, FieldType, FieldValue, Text } from "@/api/types";
import type { TextKey } from "@/i18n";
import { useLanguage } from "@/i18n";
import { Editor } from "@/kit/form/Editor";
import "@/kit/form/form.css";
import { useErrorText } from "@/ui/errorText";
import { Field } from "@/ui/Field";
import { Bones, EmptyState, ErrorNote, PageHead } from "@/ui/feedback";
import { Icon } from "@/ui/Icon";
import "./settings.css";

interface Setting {
  name: string;
  type: FieldType;
  default: string;
  value: string;
  label: Text;
  help: Text | null;
  choices?: FieldMeta["choices"];
}
interface Settings {
  rows: Setting[];
}

const AREAS: Record<string, TextKey> = {
  core: "settings.core",
  crm: "settings.crm",
  deal: "settings.deal",
  finance: "settings.finance",
  incentive: "settings.incentive",
  order: "settings.order",
  partner: "settings.partner",
  pricing: "settings.pricing",
  stock: "settings.stock",
};

function Row({ setting }: { setting: Setting }) {
  const { t, say } = useLanguage();
  const errorText = useErrorText();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [typed, setTyped] = useState<string | undefined>();
  const [saving, setSaving] = useState(false);
  const [errors, setErrors] = useState<string[]>([]);
  const value = typed ?? setting.value;
  const changed = value !== setting.value;
  const boolean = setting.type === "boolean";
  const field: FieldMeta = {
    name: setting.name,
    type: setting.type,
    label: setting.label,
    required: true,
    choices: setting.choices,
  };
  const shown: FieldValue = boolean ? value === "true" : value;

  const save = async (next: string) => {
    setSaving(true);
    try {
      const path = `/settings/${encodeURIComponent(setting.name)}`;
      client.setQueryData(["settings"], await request<Settings>("PUT", path, { body: { value: next } }));
      setTyped(undefined);
      setErrors([]);
      void message.success(t("settings.saved", { label: say(setting.label) }));
    } catch (error) {
      setErrors([errorText(error)]);
    } finally {
      setSaving(false);
    }
  };
  const note = [say(setting.help), setting.value === setting.default ? "" : t("settings.default", { value: setting.default })];
  return (
    <form
      className="setting"
      onSubmit={(event) => {
        event.preventDefault();
        if (changed) void save(value);
      }}
    >
      <Field label={say(setting.label)} help={note.filter(Boolean).join(" · ")} errors={errors}>
        {(ids) => (
          <Editor
            field={field}
            ids={ids}
            value={shown}
            onChange={(next) => setTyped(next === null || next === undefined ? "" : String(next))}
          />
        )}
      </Field>
      <div className="setting-tools">
        <Button htmlType="submit" type="primary" disabled={!changed} loading={saving}>
          {t("common.save")}
        </Button>
        {setting.value === setting.default ? null : (
          <Button
            type="text"
            icon={<Icon name="refresh" size={15} />}
            aria-label={t("settings.reset", { label: say(setting.label) })}
            onClick={() => void save(setting.default)}
          />
        )}
      </div>
    </form>
  );
}

export default function SettingsPage() {
  const { t, say } = useLanguage();
  const [search, setSearch] = useState("");
  const { data, error, refetch } = useQuery({
    queryKey: ["settings"],
    queryFn: () => request<Settings>("GET", "/settings"),
  });
  const wanted = search.trim().toLowerCase();
  const rows = (data?.rows ?? []).filter((row) => `${say(row.label)} ${row.name}`.toLowerCase().includes(wanted));
  const areas = [...new Set(rows.map((row) => row.name.split(".")[0] ?? ""))];
  return (
    <div className="page settings-page">
      <title>{t("settings.title")}</title>
      <PageHead title={t("settings.title")} purpose={t("settings.purpose")}>
        <Input
          allowClear
          prefix={<Icon name="search" />}
          aria-label={t("common.search")}
          placeholder={t("common.search")}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </PageHead>
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Bones rows={8} /> : null}
      {data && !rows.length ? <EmptyState icon="settings" title={t("palette.nothing")} /> : null}
      {areas.map((area) => (
        <section key={area} className="card block settings-area" aria-label={AREAS[area] ? t(AREAS[area]) : area}>
          <h2 className="block-title">{AREAS[area] ? t(AREAS[area]) : area}</h2>
          {rows
            .filter((row) => row.name.startsWith(`${area}.`))
            .map((row) => (
              <Row key={row.name} setting={row} />
            ))}
        </section>
      ))}
    </div>
  );
}
