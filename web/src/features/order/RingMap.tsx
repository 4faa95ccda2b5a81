/** A small map without tiles: the ship-to in the middle, rings of distance, every weighed site in its direction. */
import { useLanguage } from "@/i18n";
import { kilometres } from "../distance";
import { type Candidate, reachOf, ringsFor } from "./sourcing";

const SIZE = 300;
const MIDDLE = SIZE / 2;
const OUTER = 128;
const APART = 20;

export function RingMap({ candidates, radius: store }: { candidates: Candidate[]; radius: number | undefined }) {
  const { t } = useLanguage();
  const placed = candidates.flatMap((one, index) =>
    one.metres === undefined || one.bearing === undefined ? [] : [{ ...one, metres: one.metres, bearing: one.bearing, index }],
  );
  if (!placed.length) return null;
  const metres = placed.map((one) => one.metres);
  const rings = ringsFor(metres, store);
  const outer = rings.at(-1) ?? Math.max(...metres);
  const spot = (metres: number, bearing: number) => {
    const radius = reachOf(metres, outer) * OUTER;
    const angle = (bearing * Math.PI) / 180;
    return { x: MIDDLE + radius * Math.sin(angle), y: MIDDLE - radius * Math.cos(angle) };
  };
  const spots: { x: number; y: number }[] = [];
  for (const one of placed) {
    const at = spot(one.metres, one.bearing);
    // Sites of one town would lie on top of each other: the later one steps aside.
    while (spots.some((other) => Math.hypot(other.x - at.x, other.y - at.y) < APART)) at.x += APART / 2;
    spots.push(at);
  }
  return (
    <svg className="rings" viewBox={`0 0 ${SIZE} ${SIZE}`} role="img" aria-label={t("sourcing.map", { count: placed.length })}>
      {rings.map((ring) => {
        const radius = reachOf(ring, outer) * OUTER;
        return (
          <g key={ring}>
            <circle cx={MIDDLE} cy={MIDDLE} r={radius} className={ring === store ? "ring ring-store" : "ring"} />
            <text x={MIDDLE} y={MIDDLE + radius - 4} className="ring-label">
              {kilometres(ring)}
            </text>
          </g>
        );
      })}
      <circle cx={MIDDLE} cy={MIDDLE} r={5} className="ring-home" />
      {placed.map((one, nth) => {
        const { x, y } = spots[nth] ?? spot(one.metres, one.bearing);
        return (
          <g key={one.index} className={`ring-site ring-${one.outcome}`}>
            {one.outcome === "pass" ? <line x1={MIDDLE} y1={MIDDLE} x2={x} y2={y} className="ring-way" /> : null}
            {one.store ? <circle cx={x} cy={y} r={9} /> : <rect x={x - 9} y={y - 9} width={18} height={18} rx={3} />}
            <text x={x} y={y + 4} className="ring-number">
              {one.index + 1}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
