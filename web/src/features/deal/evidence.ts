/** The evidence of likeness as the registration carries it, for those who may read it. */
import type { FieldValue, RecordData } from "@/api/types";

export interface Evidence {
  kind: "credit_code" | "other_credit_code" | "name" | "former_name" | "phone" | "domain";
  ours: string;
  theirs: string;
  points: number;
}

export interface Match {
  object: "deal_registration" | "customer";
  record: string;
  name: string;
  verdict: "exact" | "likely";
  score: number;
  evidence: Evidence[];
}

export function matchesOf(deal: RecordData): Match[] {
  const given: FieldValue | undefined = deal.match_evidence;
  return Array.isArray(given) ? (given as unknown as Match[]) : [];
}

/** What the two sides are compared by: the field of a registration, and that of a customer where it is called otherwise. */
export const COMPARED: { deal: string; customer: string; text: boolean }[] = [
  { deal: "customer_name", customer: "name", text: true },
  { deal: "former_names", customer: "former_names", text: true },
  { deal: "credit_code", customer: "credit_code", text: true },
  { deal: "contact_phone", customer: "phone", text: true },
  { deal: "contact_email", customer: "email", text: true },
  { deal: "domain", customer: "domain", text: true },
  { deal: "division", customer: "division", text: false },
  { deal: "address", customer: "address", text: true },
  { deal: "industry_id", customer: "industry_id", text: false },
  { deal: "partner_id", customer: "partner_id", text: false },
  { deal: "owner_id", customer: "owner_id", text: false },
  { deal: "submitted_at", customer: "created_at", text: false },
  { deal: "rank", customer: "", text: false },
  { deal: "amount", customer: "", text: false },
];
