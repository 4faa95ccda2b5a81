/** Names of China's administrative divisions, loaded once when a screen first needs them. */
import { useQuery } from "@tanstack/react-query";

/** code, name, children */
export type DivisionNode = [string, string, DivisionNode[]?];

async function load(): Promise<DivisionNode[]> {
  const response = await fetch("/divisions.json");
  if (!response.ok) throw new Error(`divisions.json: ${response.status}`);
  return ((await response.json()) as { tree: DivisionNode[] }).tree;
}

export function useDivisions(enabled = true) {
  return useQuery({
    queryKey: ["divisions"],
    queryFn: load,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    enabled,
  });
}

/** From province to district: the nodes on the way to a code; empty when the code is unknown. */
export function divisionPath(tree: DivisionNode[], code: string): DivisionNode[] {
  const path: DivisionNode[] = [];
  let level = tree;
  for (const size of [2, 4, 6]) {
    const node = level.find(([at]) => at.slice(0, size) === code.slice(0, size));
    if (!node) break;
    path.push(node);
    if (node[0] === code) return path;
    level = node[2] ?? [];
  }
  return path.at(-1)?.[0] === code ? path : [];
}

/** 广东省深圳市南山区; the filler level 市辖区 is left out. */
export function divisionName(tree: DivisionNode[], code: string): string {
  const names = divisionPath(tree, code)
    .map(([, name]) => name)
    .filter((name, index) => !(index === 1 && (name === "市辖区" || name === "县" || name.includes("直辖"))));
  return names.join(" ") || code;
}
