import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { emojiLanguages, languages } from "./emoji-languages.ts";
import { emojiPairs } from "./emoji-pairs.ts";
import {
  type EmojiDrawing,
  emojiDrawings,
  type EmojibaseEmoji,
  type EmojibaseGroups,
  type IconSet,
} from "./emoji-rows.ts";

const require = createRequire(import.meta.url);

const artists = ["twemoji", "openmoji", "noto", "fluent-emoji-flat"] as const;

/** This number is raised whenever the same packages would give another table. */
const format = 4;

/**
 * Writes the quickstart's data set, `emoji.jsonl` and its drawings, `pairs.jsonl` with two drawings a row, and `named.jsonl`, `words.jsonl` and `dictionary.jsonl` for `m3p.mtl`, from npm packages that are already installed. It keeps a data set that
 * is up to date. The licences are in README.md.
 */
export async function prepareEmoji(folder: string): Promise<void> {
  const versions = JSON.stringify([format, ...emojiVersions()]);
  const stamp = join(folder, "versions.json");
  if ((await readFile(stamp, "utf8").catch(() => "")) === versions) return;

  const drawings = installedDrawings();
  const partial = `${folder}.${process.pid}.partial`;
  for (const artist of artists) await mkdir(join(partial, "svg", artist), { recursive: true });
  for (const { row, svg } of drawings) await writeFile(join(partial, row.drawing), svg);
  await writeFile(join(partial, "emoji.jsonl"), drawings.map(({ row }) => `${JSON.stringify(row)}\n`).join(""));
  const pairs = emojiPairs(drawings.map(({ row }) => row));
  await writeFile(join(partial, "pairs.jsonl"), pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(""));
  const {
    drawings: named,
    words,
    dictionary,
  } = emojiLanguages(
    drawings.map(({ row }) => row),
    Object.fromEntries(
      Object.entries(languages).map(([language, code]) => [language, read(`emojibase-data/${code}/data.json`)]),
    ) as Parameters<typeof emojiLanguages>[1],
  );
  for (const [name, rows] of Object.entries({ named, words, dictionary }))
    await writeFile(join(partial, `${name}.jsonl`), rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  await writeFile(join(partial, "versions.json"), versions);
  await rm(folder, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await rename(partial, folder);
}

/** The names and versions of the packages that the drawings come from. */
export function emojiVersions(): readonly (readonly [name: string, version: string])[] {
  return [...artists.map(iconPackage), "emojibase-data"].map((name) => [
    name,
    (read(`${name}/package.json`) as { version: string }).version,
  ]);
}

/** All drawings of the installed packages. */
export function installedDrawings(): readonly EmojiDrawing[] {
  return emojiDrawings(
    read("emojibase-data/en/data.json") as EmojibaseEmoji[],
    read("emojibase-data/meta/groups.json") as EmojibaseGroups,
    artists.map(iconSet),
  );
}

function iconPackage(artist: string): string {
  return `@iconify-json/${artist}`;
}

function iconSet(artist: string): IconSet {
  const { icons, width, height } = read(`${iconPackage(artist)}/icons.json`) as Pick<
    IconSet,
    "icons" | "width" | "height"
  >;
  return {
    artist,
    icons,
    width,
    height,
    characters: read(`${iconPackage(artist)}/chars.json`) as IconSet["characters"],
  };
}

function read(path: string): unknown {
  return require(path) as unknown;
}
