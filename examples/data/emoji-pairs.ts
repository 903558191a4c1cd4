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
 * Pairs of the artists that are trained, each with the next one; to test, the held artist's drawing with the first one's,
 * of the same emoji. A tenth of the concepts is for validation in the same way, and no drawing of theirs is trained on.
 */
export function emojiPairs(rows: readonly EmojiRow[]): readonly EmojiPair[] {
  return [...grouped(rows, ({ emoji }) => emoji).values()].flatMap((drawn) => {
    const by = (artist: string): string => drawn.find((row) => row.artist === artist)?.drawing ?? "";
    const { label = "", concept = "" } = drawn[0] ?? {};
    const held: EmojiPair = {
      drawing: by(heldArtist),
      other: by(trainedArtists[0]),
      label,
      split: splitOf(concept) === "validation" ? "validation" : "test",
    };
    if (held.split === "validation") return [held];
    const trained = trainedArtists.map((artist, index): EmojiPair => {
      const next = trainedArtists[(index + 1) % trainedArtists.length] ?? artist;
      return { drawing: by(artist), other: by(next), label, split: "train" };
    });
    return [...trained, held];
  });
}
