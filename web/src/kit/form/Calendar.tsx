/** The calendar of a date or an instant; fetched when a person first turns to a date (DateEditor). Values are wall-clock texts. */
import { DatePicker } from "antd";
import dayjs from "dayjs";
import { Icon } from "@/ui/Icon";
import type { DateProps } from "./DateEditor";

interface Props extends Omit<DateProps, "kind" | "onChange"> {
  timed: boolean;
  format: string;
  onChange: (wall: string | undefined) => void;
}

export default function Calendar({ timed, format, value, onChange, ...rest }: Props) {
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
