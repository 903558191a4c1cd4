import type { EmojiRow } from "./emoji-rows.ts";
import { type Split, grouped, splitOf } from "./splits.ts";

/** Two artists' drawings of one emoji, with its name. */
export interface EmojiPair {
  readonly drawing: string;
  readonly other: string;
  readonly label: string;
  readonly split: Split;
}

/** The artists by whom the model is trained, and the one whose style it never sees in training. */
export const trainedArtists = ["twemoji", "openmoji", "noto"] as const;
export const heldArtist = "fluent-emoji-flat";

/**
 * Pairs of the artists that are trained, each with the next one. The held artist's drawing of each emoji, paired with the
 * first one's, is for validation if its concept is, else for the test.
 */
export function emojiPairs(rows: readonly EmojiRow[]): readonly EmojiPair[] {
  return [...grouped(rows, ({ emoji }) => emoji).values()].flatMap((drawn) => {
    const by = (artist: string): string => drawn.find((row) => row.artist === artist)?.drawing ?? "";
    const { label = "", concept = "" } = drawn[0] ?? {};
    const trained = trainedArtists.map((artist, index): EmojiPair => {
      const next = trainedArtists[(index + 1) % trainedArtists.length] ?? artist;
      return { drawing: by(artist), other: by(next), label, split: "train" };
    });
    const split = splitOf(concept) === "validation" ? "validation" : "test";
    return [...trained, { drawing: by(heldArtist), other: by(trainedArtists[0]), label, split }];
  });
}
