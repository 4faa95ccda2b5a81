/** The sourcing decision as a list of places: what was weighed, how far it is, why it ships or does not, and where it lies. */
import type { Decision, ExplanationNode, RecordData, Text } from "@/api/types";

export interface Candidate {
  name: string;
  reason: Text;
  outcome: ExplanationNode["outcome"];
  details: ExplanationNode[];
  /** Metres from the ship-to; undefined when one of the places is unknown. */
  metres: number | undefined;
  /** Degrees clockwise from north, as seen from the ship-to. */
  bearing: number | undefined;
  store: boolean;
}

export interface Point {
  latitude: number;
  longitude: number;
}

export function pointOf(record: RecordData | undefined): Point | undefined {
  if (!record?.latitude || !record.longitude) return undefined;
  return { latitude: Number(record.latitude), longitude: Number(record.longitude) };
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Initial great-circle bearing. */
export function bearing(from: Point, to: Point): number {
  const [north, south] = [radians(from.latitude), radians(to.latitude)];
  const turn = radians(to.longitude - from.longitude);
  const across = Math.sin(turn) * Math.cos(south);
  const along = Math.cos(north) * Math.sin(south) - Math.sin(north) * Math.cos(south) * Math.cos(turn);
  return ((Math.atan2(across, along) * 180) / Math.PI + 360) % 360;
}

/** “site: reason” as its two halves. */
function halves(text: string): [string, string] {
  const at = text.search(/[：:]/);
  return at < 0 ? ["", text] : [text.slice(0, at), text.slice(at + 1).trim()];
}

export function candidatesOf(decision: Decision, order: RecordData, sites: RecordData[]): Candidate[] {
  const shipTo = pointOf(order);
  return (decision.explanation.children ?? []).flatMap((node) => {
    const [name, zh] = halves(node.text.zh);
    // The rules stand beside the sites.
    if (!name) return [];
    const site = sites.find((one) => one.name === name);
    const place = pointOf(site);
    const metres = /^(\d+) m$/.exec(node.value ?? "")?.[1];
    return {
      name,
      reason: { zh, en: halves(node.text.en)[1] },
      outcome: node.outcome,
      details: node.children ?? [],
      metres: metres === undefined ? undefined : Number(metres),
      bearing: shipTo && place ? bearing(shipTo, place) : undefined,
      store: site?.kind === "store",
    };
  });
}

/** Whether several sites ship: only then the decision tells a number. */
export const isSplit = ({ kind, explanation }: Decision): boolean => kind === "order.sourcing" && Number(explanation.value) > 1;

const RINGS_METRES = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000];

/** Rings that cover the farthest candidate, four at most, the radius of stores, when it is known, always among them. */
export function ringsFor(metres: number[], radius?: number): number[] {
  const inner = radius ?? RINGS_METRES[0] ?? 0;
  const farthest = Math.max(inner, ...metres);
  const outer = RINGS_METRES.findIndex((ring) => ring >= farthest);
  const last = Math.max(inner, RINGS_METRES[outer < 0 ? RINGS_METRES.length - 1 : outer] ?? inner);
  const between = RINGS_METRES.filter((ring) => ring > inner && ring < last).filter((_, index) => index % 2 === 1);
  return [...new Set([inner, ...between.slice(-2), ...(farthest > inner ? [last] : [])])];
}

/** The radius of stores the decision went by, in metres; only the vendor sees what a decision rests on. */
export function radiusOf(decision: Decision): number | undefined {
  const radius = Number(decision.inputs?.store_radius_metres);
  return radius > 0 ? radius : undefined;
}

/** Near places apart and far ones still on the map: distance drawn on a logarithmic scale, 0 at the ship-to, 1 at the outer ring. */
export function reachOf(metres: number, outer: number): number {
  return Math.min(1, Math.log1p(metres / 500) / Math.log1p(outer / 500));
}
