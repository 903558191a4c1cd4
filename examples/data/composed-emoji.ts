import { createRequire } from "node:module";
import { type EmojibaseEmoji, type EmojibaseGroups, emojiDrawings, type IconSet } from "./emoji-rows.ts";
import { packageVersion } from "./package-folder.ts";

const require = createRequire(import.meta.url);

const artists = ["twemoji", "openmoji", "noto", "fluent-emoji-flat"] as const;
const packages = [...artists.map((artist) => `@iconify-json/${artist}`), "emojibase-data"];

/** The packages from which scenes are composed, with their versions. */
export const composedFrom = (): readonly string[] => packages.map((name) => `${name} ${packageVersion(name)}`);

/** An emoji in a scene. Positions and sizes are in pixels, from the upper left corner. */
export interface PlacedEmoji {
  readonly svg: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** The drawings of these emoji, by name, of each artist. */
export function drawingsOf(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const drawings = emojiDrawings(
    require("emojibase-data/en/data.json") as EmojibaseEmoji[],
    require("emojibase-data/meta/groups.json") as EmojibaseGroups,
    artists.map((artist) => {
      const { icons, width, height } = require(`@iconify-json/${artist}/icons.json`) as IconSet;
      const characters = require(`@iconify-json/${artist}/chars.json`) as IconSet["characters"];
      return { artist, icons, width, height, characters };
    }),
  );
  return new Map(
    names.map((name) => {
      const found = drawings.filter(({ row }) => row.label === name).map(({ svg }) => svg);
      if (found.length !== artists.length) throw new Error(`${found.length} artists have drawn "${name}"`);
      return [name, found];
    }),
  );
}

/** A picture of `side × side` pixels with emoji on a background of one colour. What is outside of it is cut. */
export function composedPicture(side: number, background: string, emoji: readonly PlacedEmoji[]): string {
  const inner = emoji.map(({ svg, x, y, size }) =>
    svg.trim().replace(/^<svg /u, `<svg x="${x}" y="${y}" width="${size}" height="${size}" `),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><rect width="${side}" height="${side}" fill="${background}"/>${inner.join("")}</svg>\n`;
}
