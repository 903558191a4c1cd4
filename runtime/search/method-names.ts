/** Ways to search: how values are chosen, and which trials are trained to their end. */
export const searchMethodNames = ["random", "grid", "halving"] as const;

export type SearchMethodName = (typeof searchMethodNames)[number];
