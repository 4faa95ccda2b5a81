/** Dates as calendar days, instants as wall-clock time of the site's zone. A phone uses its own picker. */
import { DatePicker, Input } from "antd";
import dayjs from "dayjs";
import { instantOf, wallTime } from "@/i18n/format";
import { usePhone } from "@/ui/preferences";
import { useKit } from "../context";

interface Props {
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

export default function DateEditor({ kind, value, onChange, ...rest }: Props) {
  const zone = useKit().session.site.time_zone;
  const phone = usePhone();
  const timed = kind === "instant";
  const wall = value && timed ? wallTime(value, zone) : value;
  const take = (text: string | undefined) => onChange(text ? (timed ? instantOf(text, zone) : text) : null);
  if (phone) {
    return (
      <Input
        {...rest}
        className="full"
        type={timed ? "datetime-local" : "date"}
        value={timed ? wall.slice(0, 16) : wall}
        onChange={(event) => take(timed && event.target.value ? `${event.target.value}:00` : event.target.value)}
      />
    );
  }
  return (
    <DatePicker
      {...rest}
      className="full"
      value={wall ? dayjs(wall) : null}
      showTime={timed ? { format: "HH:mm" } : false}
      format={timed ? "YYYY-MM-DD HH:mm" : "YYYY-MM-DD"}
      onChange={(next) => take(next ? next.format(timed ? "YYYY-MM-DDTHH:mm:ss" : "YYYY-MM-DD") : undefined)}
    />
  );
}
