import { generator } from "../../runtime/random/generator.ts";

export type Split = "train" | "validation" | "test";

/** 70 %, 10 % and 20 % by a number that is drawn for a name. */
export function splitOf(name: string): Split {
  const place = generator(1, "split of texts", name).uniform();
  return place < 0.7 ? "train" : place < 0.8 ? "validation" : "test";
}

/** In an order that is drawn for a purpose. */
export function shuffled<Item>(items: readonly Item[], purpose: string): readonly Item[] {
  return [...generator(1, purpose).permutation(items.length)]
    .map((place) => items[place])
    .filter((item) => item !== undefined);
}

export function grouped<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item)) ?? [];
    group.push(item);
    groups.set(keyOf(item), group);
  }
  return groups;
}
