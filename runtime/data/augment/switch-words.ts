import type { ResolvedCodeSwitch } from "../../../compiler/schema/resolved.ts";
import { type Dictionary, phraseOf } from "./dictionary.ts";
import type { Draws } from "./picture-change.ts";
import { wordsOf } from "./words-of.ts";

/** The part of a text that the dictionary translates, from `start` to before `end`. */
interface Match {
  readonly start: number;
  readonly end: number;
  readonly translations: ReadonlyMap<string, readonly string[]>;
}

/**
 * Replaces words of a text by translations (Ni et al., 2021, section 3.2): with the probability `sentences` each match
 * of the dictionary with the probability `words`, or `count` of them. A text without a match stays as it is.
 */
export function switchWords(
  text: string,
  dictionary: Dictionary,
  { sentences, words, count }: Pick<ResolvedCodeSwitch, "sentences" | "words" | "count">,
  random: Draws,
): string {
  if (random.uniform() >= sentences) return text;
  const matches = matchesIn(text, dictionary);
  const chosen =
    count === undefined
      ? matches.filter(() => random.uniform() < words)
      : [...random.permutation(matches.length)]
          .slice(0, count)
          .toSorted((one, other) => one - other)
          .flatMap((index) => matches[index] ?? []);
  let [switched, end] = ["", 0];
  for (const match of chosen) {
    switched += text.slice(end, match.start) + translationOf(match, random);
    end = match.end;
  }
  return switched + text.slice(end);
}

/** The longest match at each word, from left to right, without overlaps. */
function matchesIn(text: string, { phrases, longest }: Dictionary): readonly Match[] {
  const words = wordsOf(text);
  const matches: Match[] = [];
  for (let first = 0; first < words.length; first++) {
    for (let count = Math.min(longest, words.length - first); count > 0; count--) {
      const part = words.slice(first, first + count);
      const [start, last] = [part[0], part.at(-1)];
      const translations = phrases.get(phraseOf(part.map((word) => word.text)));
      if (!start || !last || !translations) continue;
      matches.push({ start: start.start, end: last.start + last.text.length, translations });
      first += count - 1;
      break;
    }
  }
  return matches;
}

/** A language of the match with equal probability, and a translation in it. */
function translationOf({ translations }: Match, random: Draws): string {
  const languages = [...translations.values()];
  const found = languages[random.below(languages.length)] ?? [];
  return found[random.below(found.length)] ?? "";
}
