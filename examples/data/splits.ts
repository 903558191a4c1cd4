import { generator } from "../../runtime/random/generator.ts";

export type Split = "train" | "validation" | "test";

/** Assigns a name to training (70 %), validation (10 %) or test (20 %) by a random number that depends on the name only. */
export function splitOf(name: string): Split {
  const drawn = generator(1, "split of texts", name).uniform();
  return drawn < 0.7 ? "train" : drawn < 0.8 ? "validation" : "test";
}

/** Shuffles values with a generator that depends on `purpose` only. */
export function shuffled<Item>(items: readonly Item[], purpose: string): readonly Item[] {
  return [...generator(1, purpose).permutation(items.length)]
    .map((index) => items[index])
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
