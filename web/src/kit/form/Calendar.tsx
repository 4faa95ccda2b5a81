/**
 * The calendar of a date or an instant; fetched when a person first turns to a date (DateEditor). Values are wall-clock texts, and
 * today and now are the site's, not the browser's: the picker asks dayjs for its default zone.
 */
import { DatePicker } from "antd";
import dayjs from "dayjs";
import timezone from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";
import { Icon } from "@/ui/Icon";
import type { DateProps } from "./DateEditor";

dayjs.extend(utc);
dayjs.extend(timezone);

interface Props extends Omit<DateProps, "kind" | "onChange"> {
  timed: boolean;
  zone: string;
  format: string;
  onChange: (wall: string | undefined) => void;
}

export default function Calendar({ timed, zone, format, value, onChange, ...rest }: Props) {
  dayjs.tz.setDefault(zone);
  return (
    <DatePicker
      {...rest}
      autoFocus
      defaultOpen
      className="full"
      suffixIcon={<Icon name="calendar" />}
      value={value ? dayjs(value) : null}
      showTime={timed ? { format: "HH:mm" } : false}
      format={format}
      onChange={(next) => onChange(next?.format(timed ? "YYYY-MM-DDTHH:mm:ss" : "YYYY-MM-DD"))}
    />
  );
}
