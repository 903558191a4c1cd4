/** Fisher–Yates in place, from the end. */
export function shuffle<Item>(list: Item[], random: () => number): Item[] {
  for (let last = list.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const moved = list[last] as Item;
    list[last] = list[other] as Item;
    list[other] = moved;
  }
  return list;
}
