import { UserError } from "../../user-error.ts";
import { cellOf } from "../tables/table.ts";
import { readTable } from "../tables/read-table.ts";
import { wordsOf } from "./words-of.ts";

/** Translations of words and phrases, whose words are in lower case with one space between them. */
export interface Dictionary {
  /** The translations of each phrase by language. */
  readonly phrases: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  /** The number of words of the longest phrase. */
  readonly longest: number;
}

const columns = ["word", "language", "translation"] as const;

/** Reads a dictionary from a table. Throws `UserError` of kind "data" that names the row and the column of a missing cell. */
export async function readDictionary(file: { readonly path: string; readonly name: string }): Promise<Dictionary> {
  const table = await readTable(file);
  const [problem] = table.problems;
  const wrong = (what: string): UserError =>
    new UserError(
      "data",
      `The dictionary ${file.name} ${what}.`,
      `It needs the columns ${columns.join(", ")}, with a text in each row.`,
    );
  if (problem) throw wrong(`has a row ${problem.row} that cannot be read: ${problem.reason}`);
  const missing = columns.find((column) => !table.columns.includes(column));
  if (missing !== undefined) throw wrong(`has no column "${missing}"`);
  const phrases = new Map<string, Map<string, string[]>>();
  for (const { row, values } of table.rows) {
    const [word = "", language = "", translation = ""] = columns.map((column) => {
      const cell = cellOf(values, column);
      if (typeof cell !== "string" || cell.trim() === "") throw wrong(`has no text in row ${row}, column "${column}"`);
      return cell.trim();
    });
    const phrase = phraseOf(wordsOf(word).map((found) => found.text));
    const known = phrases.get(phrase) ?? new Map<string, string[]>();
    phrases.set(phrase, known);
    known.set(language, [...(known.get(language) ?? []), translation]);
  }
  return dictionaryWith(phrases);
}

/** The part of a dictionary that translates into some languages. Throws `UserError` if it has none of one. */
export function dictionaryIn(dictionary: Dictionary, languages: readonly string[], name: string): Dictionary {
  const known = new Set([...dictionary.phrases.values()].flatMap((translations) => [...translations.keys()]));
  const unknown = languages.find((language) => !known.has(language));
  if (unknown !== undefined)
    throw new UserError(
      "data",
      `The dictionary ${name} has no translation into "${unknown}".`,
      `Its languages are: ${[...known].join(", ")}.`,
    );
  return dictionaryWith(
    new Map(
      [...dictionary.phrases].flatMap(([phrase, translations]) => {
        const kept = [...translations].filter(([language]) => languages.includes(language));
        return kept.length > 0 ? [[phrase, new Map(kept)]] : [];
      }),
    ),
  );
}

/** All translations, in the order of the file. */
export function* translationsOf({ phrases }: Dictionary): Generator<string> {
  for (const translations of phrases.values()) for (const each of translations.values()) yield* each;
}

/** The key of some words. */
export function phraseOf(words: readonly string[]): string {
  return words.map((word) => word.toLowerCase()).join(" ");
}

function dictionaryWith(phrases: Dictionary["phrases"]): Dictionary {
  const longest = [...phrases.keys()].reduce((most, phrase) => Math.max(most, phrase.split(" ").length), 0);
  return { phrases, longest };
}
