/** Which characters two texts share, in order: what makes two claims look alike, character by character. */

export interface Piece {
  text: string;
  same: boolean;
}

function pieces(text: string[], kept: Set<number>): Piece[] {
  const result: Piece[] = [];
  text.forEach((sign, index) => {
    const same = kept.has(index);
    const last = result.at(-1);
    if (last && last.same === same) last.text += sign;
    else result.push({ text: sign, same });
  });
  return result;
}

const fold = (sign: string) => sign.normalize("NFKC").toLowerCase();

/** Longest common subsequence; signs of no meaning (blanks, brackets, dashes) never count as shared. */
export function compareTexts(left: string, right: string): [Piece[], Piece[]] {
  const [a, b] = [Array.from(left), Array.from(right)];
  const alike = (i: number, j: number) => fold(a[i] ?? "") === fold(b[j] ?? "") && /[\p{L}\p{N}@.]/u.test(a[i] ?? "");
  const size = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number) => size[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    const row = size[i] as number[];
    for (let j = b.length - 1; j >= 0; j--) row[j] = alike(i, j) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const [keptLeft, keptRight] = [new Set<number>(), new Set<number>()];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (alike(i, j) && at(i, j) === at(i + 1, j + 1) + 1) {
      keptLeft.add(i++);
      keptRight.add(j++);
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return [pieces(a, keptLeft), pieces(b, keptRight)];
}
