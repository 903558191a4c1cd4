import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { conceptOf } from "./concept.ts";
import type { EmojibaseEmoji, EmojibaseGroups } from "./emoji-rows.ts";
import { packageVersion } from "./package-folder.ts";
import { splitOf } from "./splits.ts";
import { writeDataset } from "./write-dataset.ts";

const require = createRequire(import.meta.url);
const languages = { english: "en", german: "de" } as const;

/** An emoji's name and keywords in each language, and its class. */
type LanguageRow = { readonly [Language in keyof typeof languages]: string } & {
  readonly group: string;
  readonly split: string;
};

/** Writes `emoji.jsonl`. Rows are split by the concept of the English name, so that no split has a variant of an emoji of another. */
export async function prepareLanguages(folder: string): Promise<void> {
  const made = [1, packageVersion("emojibase-data")];
  await writeDataset(folder, made, async () => {
    const groups = await read<EmojibaseGroups>("meta/groups.json");
    const emoji = await Promise.all(
      Object.entries(languages).map(async ([language, code]) => {
        const all = await read<readonly EmojibaseEmoji[]>(`${code}/data.json`);
        return [language, new Map(all.map((each) => [each.hexcode, each]))] as const;
      }),
    );
    return { "emoji.jsonl": languageRows(new Map(emoji), groups) };
  });
}

/** One row for each emoji that has a group and a name in every language. */
export function languageRows(
  emoji: ReadonlyMap<string, ReadonlyMap<string, EmojibaseEmoji>>,
  { groups }: EmojibaseGroups,
): readonly LanguageRow[] {
  return [...(emoji.get("english")?.values() ?? [])].flatMap(({ hexcode, label, group }) => {
    const entries = [...emoji].map(([language, all]) => [language, all.get(hexcode)] as const);
    // Flags have names of countries, and components such as skin tones are no emoji by themselves.
    const name = groups[String(group)];
    if (name === undefined || name === "flags" || name === "component") return [];
    if (entries.some(([, entry]) => entry === undefined)) return [];
    const texts = Object.fromEntries(
      entries.map(([language, entry]) => [language, [entry?.label, ...(entry?.tags ?? [])].join(" ")]),
    );
    return [{ ...(texts as LanguageRow), group: name, split: splitOf(conceptOf(label)) }];
  });
}

async function read<Json>(path: string): Promise<Json> {
  return JSON.parse(await readFile(require.resolve(`emojibase-data/${path}`), "utf8")) as Json;
}
