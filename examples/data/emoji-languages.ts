import type { EmojiRow, EmojibaseEmoji } from "./emoji-rows.ts";
import { type Split, grouped, splitOf } from "./splits.ts";
import { heldArtist, trainedArtists } from "./emoji-pairs.ts";

/** The languages of `m3p.mtl` by their codes in emojibase-data. */
export const languages = { english: "en", german: "de", french: "fr", spanish: "es" } as const;
export type Language = keyof typeof languages;

/** The languages into which the dictionary translates; Spanish is left out, to see what a language without it gains. */
const translated = ["german", "french"] as const;

/** The groups with names of things that a drawing shows. */
const groups = ["animals-nature", "food-drink"];

type Names = { readonly [Name in Language]: string };

/** A drawing with its emoji's name in each language. */
export type NamedDrawing = Names & { readonly drawing: string; readonly artist: string; readonly split: Split };

/** An emoji's name and keywords in one language, to read. */
export interface EmojiWords {
  readonly text: string;
  readonly language: Language;
  readonly split: Split;
}

export interface DictionaryEntry {
  readonly word: string;
  readonly language: string;
  readonly translation: string;
}

export interface EmojiLanguages {
  readonly drawings: readonly NamedDrawing[];
  readonly words: readonly EmojiWords[];
  readonly dictionary: readonly DictionaryEntry[];
}

/**
 * Emoji of animals, plants and food that all artists have drawn and all languages name. Three artists are trained on;
 * of the fourth, the drawings of a tenth of the concepts are for validation, and the others for the test.
 */
export function emojiLanguages(
  rows: readonly EmojiRow[],
  emoji: { readonly [Name in Language]: readonly EmojibaseEmoji[] },
): EmojiLanguages {
  const entries = (Object.keys(languages) as Language[]).map(
    (language) => [language, byCharacter(emoji[language])] as const,
  );
  const found = [...grouped(rows, ({ emoji: character }) => character)].flatMap(([character, drawn]) => {
    const own = new Map(entries.map(([language, all]) => [language, all.get(character)]));
    const isWhole = [...own.values()].every((entry) => entry !== undefined);
    return isWhole && groups.includes(drawn[0]?.group ?? "") ? [{ drawn, own }] : [];
  });
  return {
    drawings: found.flatMap(({ drawn, own }) =>
      drawn.map(({ drawing, artist, concept }) => ({
        drawing,
        artist,
        ...(Object.fromEntries([...own].map(([language, entry]) => [language, entry?.label ?? ""])) as Names),
        split: isTrained(artist) ? "train" : heldSplit(concept),
      })),
    ),
    words: found.flatMap(({ drawn, own }) =>
      [...own].map(([language, entry]) => ({
        text: [entry?.label, ...(entry?.tags ?? [])].join(" "),
        language,
        split: splitOf(drawn[0]?.concept ?? "") === "validation" ? ("validation" as const) : ("train" as const),
      })),
    ),
    dictionary: found.flatMap(({ own }) =>
      translated.map((language) => ({
        word: own.get("english")?.label ?? "",
        language,
        translation: own.get(language)?.label ?? "",
      })),
    ),
  };
}

function byCharacter(all: readonly EmojibaseEmoji[]): ReadonlyMap<string, EmojibaseEmoji> {
  return new Map(all.map((entry) => [entry.emoji, entry]));
}

function isTrained(artist: string): boolean {
  return artist !== heldArtist && (trainedArtists as readonly string[]).includes(artist);
}

function heldSplit(concept: string): Split {
  return splitOf(concept) === "validation" ? "validation" : "test";
}
