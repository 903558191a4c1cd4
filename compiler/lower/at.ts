/** The element at an index of a list whose length is known from what it lists, such as the inputs of an op. */
export function at<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new Error(`there is no item ${index}`);
  return item;
}
