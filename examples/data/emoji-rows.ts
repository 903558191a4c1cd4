import { conceptOf } from "./concept.ts";

/** `data.json` of emojibase-data: one object an emoji. */
export interface EmojibaseEmoji {
  readonly label: string;
  readonly hexcode: string;
  readonly emoji: string;
  readonly tags?: readonly string[];
  readonly group?: number;
  readonly subgroup?: number;
}

/** `meta/groups.json` of emojibase-data. */
export interface EmojibaseGroups {
  readonly groups: { readonly [id: string]: string };
  readonly subgroups: { readonly [id: string]: string };
}

/** `icons.json` and `chars.json` of an Iconify package. */
export interface IconSet {
  readonly artist: string;
  readonly icons: { readonly [name: string]: Icon };
  /** The size of an icon that states none itself. */
  readonly width: number;
  readonly height: number;
  /** Names of icons by code points. */
  readonly characters: { readonly [codePoints: string]: string };
}

export interface Icon {
  readonly body: string;
  readonly left?: number;
  readonly top?: number;
  readonly width?: number;
  readonly height?: number;
}

/** One artist's drawing of an emoji. */
export interface EmojiRow {
  /** The drawing's path, relative to the table. */
  readonly drawing: string;
  readonly artist: string;
  readonly emoji: string;
  readonly label: string;
  readonly tags: readonly string[];
  readonly group: string;
  readonly subgroup: string;
  readonly concept: string;
}

export interface EmojiDrawing {
  readonly row: EmojiRow;
  readonly svg: string;
}

/** The group of components, such as skin tones and hair, which are not emoji themselves. */
const componentGroup = 2;

/** The fewest concepts of a subgroup, so that each split gets some of them. */
const leastConcepts = 5;

/** Makes a row for each artist's drawing of each emoji that all artists have drawn, in subgroups with enough concepts. */
export function emojiDrawings(
  emoji: readonly EmojibaseEmoji[],
  groups: EmojibaseGroups,
  sets: readonly IconSet[],
): readonly EmojiDrawing[] {
  const artists = sets.map((set) => ({
    set,
    names: new Map(Object.entries(set.characters).map(([codePoints, name]) => [joinKey(codePoints), name])),
  }));
  const drawings = emoji.flatMap((entry) => {
    if (entry.group === undefined || entry.group === componentGroup) return [];
    const key = joinKey(entry.hexcode);
    const drawn = artists.flatMap(({ set, names }) => {
      const icon = set.icons[names.get(key) ?? ""];
      return icon === undefined ? [] : [{ row: rowOf(entry, groups, set.artist, key), svg: svgOf(icon, set) }];
    });
    return drawn.length === sets.length ? drawn : [];
  });
  const concepts = new Map<string, Set<string>>();
  for (const { row } of drawings)
    concepts.set(row.subgroup, (concepts.get(row.subgroup) ?? new Set()).add(row.concept));
  return drawings.filter(({ row }) => (concepts.get(row.subgroup)?.size ?? 0) >= leastConcepts);
}

function rowOf(
  { label, emoji, tags = [], group, subgroup }: EmojibaseEmoji,
  { groups, subgroups }: EmojibaseGroups,
  artist: string,
  key: string,
): EmojiRow {
  return {
    drawing: `svg/${artist}/${key}.svg`,
    artist,
    emoji,
    label,
    tags,
    group: groups[String(group)] ?? "",
    subgroup: subgroups[String(subgroup)] ?? "",
    concept: conceptOf(label),
  };
}

/** The code points without variation selectors and joiners, which only some packages write. */
function joinKey(codePoints: string): string {
  return codePoints
    .toLowerCase()
    .split("-")
    .filter((codePoint) => codePoint !== "fe0f" && codePoint !== "200d")
    .join("-");
}

function svgOf({ body, left = 0, top = 0, width, height }: Icon, set: IconSet): string {
  const box = [left, top, width ?? set.width, height ?? set.height].join(" ");
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="${box}">${body}</svg>\n`;
}
