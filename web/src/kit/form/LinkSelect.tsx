/** Finds a record of another object by typing; offers to create one when the person may. */
import { Button, Divider, Select } from "antd";
import { lazy, Suspense, useDeferredValue, useState } from "react";
import { useRows } from "@/api/hooks";
import type { FieldMeta, LinkValue } from "@/api/types";
import { useLanguage } from "@/i18n";
import { inside } from "@/i18n/names";
import { Icon } from "@/ui/Icon";
import { useKit } from "../context";
import { linkText } from "../FieldText";
import { titleOf } from "../metadata";

const FormDrawer = lazy(() => import("./FormDrawer"));

interface Props {
  field: FieldMeta;
  value: LinkValue | null;
  onChange: (value: LinkValue | null) => void;
  onBlur?: (() => void) | undefined;
  id?: string | undefined;
  disabled?: boolean | undefined;
  status?: "" | "error";
  variant?: "outlined" | "borderless";
  autoFocus?: boolean | undefined;
  "aria-label"?: string | undefined;
}

export function LinkSelect({ field, value, onChange, ...rest }: Props) {
  const { t, say } = useLanguage();
  const { meta } = useKit();
  const target = field.to ?? "";
  const object = meta.objects[target];
  const [open, setOpen] = useState(false);
  const [creating, setCreating] = useState(false);
  const [text, setText] = useState("");
  const search = useDeferredValue(text.trim());
  const { data, isPlaceholderData, isFetching } = useRows(target, { search, limit: 20 }, open && Boolean(target));
  // Enter takes the first option: it has to be one of what is typed now.
  const stale = isPlaceholderData || search !== text.trim();
  const rows = open && !stale ? (data?.rows ?? []) : [];
  const options = rows.map((row) => ({
    value: row.id,
    label: titleOf(object, row),
    detail: typeof row.number === "string" ? row.number : "",
  }));
  if (value && !search && !options.some((option) => option.value === value.id)) {
    options.unshift({ value: value.id, label: linkText(field, value.title, t), detail: "" });
  }
  const name = say(inside(object?.label ?? field.label));
  return (
    <>
      <Select
        {...rest}
        className="full"
        value={value?.id}
        open={open}
        onOpenChange={setOpen}
        showSearch={{ filterOption: false, searchValue: text, onSearch: setText }}
        allowClear={!field.required}
        placeholder={t("form.searchLink", { label: name })}
        loading={isFetching && open}
        notFoundContent={isFetching || stale ? t("common.loading") : t("palette.nothing")}
        options={options}
        optionRender={(option) => (
          <span className="option">
            <span>{option.data.label}</span>
            {option.data.detail && option.data.detail !== option.data.label ? (
              <span className="muted"> {option.data.detail}</span>
            ) : null}
          </span>
        )}
        onChange={(id?: string) => {
          const picked = options.find((option) => option.value === id);
          onChange(picked ? { id: picked.value, title: picked.label } : null);
          setText("");
        }}
        popupRender={(menu) => (
          <>
            {menu}
            {object?.can?.create ? (
              <>
                <Divider style={{ margin: "4px 0" }} />
                <Button
                  type="text"
                  block
                  icon={<Icon name="plus" />}
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => {
                    setOpen(false);
                    setCreating(true);
                  }}
                >
                  {t("form.createLink", { label: name })}
                </Button>
              </>
            ) : null}
          </>
        )}
      />
      {creating && object ? (
        <Suspense>
          <FormDrawer
            object={object}
            prefill={object.title && text ? { [object.title]: text } : {}}
            onClose={() => setCreating(false)}
            onSaved={(record) => {
              setCreating(false);
              setText("");
              onChange({ id: record.id, title: titleOf(object, record) });
            }}
          />
        </Suspense>
      ) : null}
    </>
  );
}
