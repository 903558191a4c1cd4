/** The options of `repeat` with their choices, of which the first is the default. */
export const repeatOptions = {
  /** Rounds that have their weights in common. */
  share: ["none", "all", "after_first"],
  /** The rounds whose results `repeat` gives. */
  keep: ["last", "all"],
} as const;

export type RepeatOption = keyof typeof repeatOptions;
export type RepeatChoice<Option extends RepeatOption> = (typeof repeatOptions)[Option][number];
