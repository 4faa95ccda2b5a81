/** Distances as people read them. */
export const kilometres = (metres: number) =>
  metres < 10_000 ? `${Math.round(metres / 100) / 10} km` : `${Math.round(metres / 1000)} km`;
