/** Some of the items, chosen at random by a seed, in their own order. @param seed unsigned integer of 32 bits */
export function pick<Item>(items: readonly Item[], count: number, seed: number): Item[] {
  const random = randomFrom(seed);
  return items
    .map((item, index) => ({ item, index, lot: random() }))
    .sort((a, b) => a.lot - b.lot)
    .slice(0, count)
    .sort((a, b) => a.index - b.index)
    .map(({ item }) => item);
}

/** Numbers from 0 to 1, the same for the same seed (Marsaglia's xorshift, 32 bits). */
function randomFrom(seed: number): () => number {
  // Spreads small seeds over all bits; zero is where xorshift stands still.
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
