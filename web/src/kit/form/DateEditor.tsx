/**
 * Dates as calendar days, instants as wall-clock time of the site's zone. A phone uses its own picker. On a desktop the box takes a
 * typed date until the calendar, which is heavy, has come: it is fetched when the box gets the focus, and takes the box's place only
 * while the person is still there and has not begun to type.
 */
import { Input, type InputRef } from "antd";
import { type ComponentType, useRef, useState } from "react";
import { instantOf, wallTime } from "@/i18n/format";
import { Icon } from "@/ui/Icon";
import { usePhone } from "@/ui/preferences";
import { useKit } from "../context";

export interface DateProps {
  kind: "date" | "instant";
  value: string;
  onChange: (value: string | null) => void;
  onBlur?: (() => void) | undefined;
  id?: string | undefined;
  disabled?: boolean | undefined;
  status?: "" | "error";
  variant?: "outlined" | "borderless";
  autoFocus?: boolean | undefined;
  "aria-label"?: string | undefined;
}

type Fetched = typeof import("./Calendar");
const fetchCalendar = () => import("./Calendar");

/** What was typed as a wall-clock text, when it is a whole date; null empties, undefined is not (yet) a date. */
function typedWall(text: string, timed: boolean): string | null | undefined {
  if (!text.trim()) return null;
  const match = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T](\d{1,2}):(\d{2}))?$/.exec(text.trim());
  if (!match || (timed && !match[4])) return undefined;
  const [, year, month = "", day = "", hour = "", minute] = match;
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  return timed ? `${date}T${hour.padStart(2, "0")}:${minute}:00` : date;
}

export default function DateEditor({ kind, value, onChange, onBlur, ...rest }: DateProps) {
  const zone = useKit().session.site.time_zone;
  const phone = usePhone();
  const box = useRef<InputRef>(null);
  const hasTyped = useRef(false);
  const [typed, setTyped] = useState<string>();
  const [Calendar, setCalendar] = useState<ComponentType<Parameters<Fetched["default"]>[0]>>();
  const timed = kind === "instant";
  const wall = value && timed ? wallTime(value, zone) : value;
  const take = (text: string | null | undefined) => onChange(text ? (timed ? instantOf(text, zone) : text) : null);
  if (phone) {
    return (
      <Input
        {...rest}
        onBlur={onBlur}
        className="full"
        type={timed ? "datetime-local" : "date"}
        value={timed ? wall.slice(0, 16) : wall}
        onChange={(event) => take(timed && event.target.value ? `${event.target.value}:00` : event.target.value)}
      />
    );
  }
  const format = timed ? "YYYY-MM-DD HH:mm" : "YYYY-MM-DD";
  if (Calendar)
    return <Calendar {...rest} onBlur={onBlur} timed={timed} zone={zone} format={format} value={wall} onChange={take} />;
  const awaitCalendar = async () => {
    const module = await fetchCalendar();
    const isWaiting = box.current?.input === document.activeElement && !hasTyped.current;
    if (isWaiting) setCalendar(() => module.default);
  };
  return (
    <Input
      {...rest}
      ref={box}
      className="full"
      autoComplete="off"
      placeholder={format}
      suffix={<Icon name="calendar" />}
      value={typed ?? (timed ? wall.slice(0, 16).replace("T", " ") : wall)}
      onFocus={() => void awaitCalendar()}
      onBlur={() => {
        hasTyped.current = false;
        setTyped(undefined);
        onBlur?.();
      }}
      onChange={(event) => {
        hasTyped.current = true;
        setTyped(event.target.value);
        const next = typedWall(event.target.value, timed);
        if (next !== undefined) take(next);
      }}
    />
  );
}
