/** A state or choice: a coloured dot beside its text, so that colour is never the only sign. */

const TONES = new Set(["blue", "green", "gold", "red", "purple", "orange", "cyan"]);

export function StatusTag({ text, color }: { text: string; color?: string | null | undefined }) {
  const tone = color && TONES.has(color) ? color : "default";
  return (
    <span className={`tag tag-${tone}`}>
      <span className="tag-dot" aria-hidden="true" />
      {text}
    </span>
  );
}
