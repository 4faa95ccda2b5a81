/** The columns of the ageing table as conditions on receivables, so that each figure leads to exactly the records it adds up. */

export const BUCKETS = ["not_due", "days_0_30", "days_31_60", "days_61_90", "days_over_90"] as const;
export type Bucket = (typeof BUCKETS)[number];

export function daysBefore(date: string, days: number): string {
  const at = new Date(`${date}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() - days);
  return at.toISOString().slice(0, 10);
}

/** Due today is overdue by no days and stands in the second column. */
export function bucketFilter(bucket: Bucket | "total", asOf: string): string {
  const due = (sign: string, days: number) => `due_on ${sign} '${daysBefore(asOf, days)}'`;
  const open = "open_amount > 0";
  switch (bucket) {
    case "not_due":
      return `${open} and ${due(">", 0)}`;
    case "days_0_30":
      return `${open} and ${due("<=", 0)} and ${due(">=", 30)}`;
    case "days_31_60":
      return `${open} and ${due("<=", 31)} and ${due(">=", 60)}`;
    case "days_61_90":
      return `${open} and ${due("<=", 61)} and ${due(">=", 90)}`;
    case "days_over_90":
      return `${open} and ${due("<=", 91)}`;
    default:
      return open;
  }
}
