import { type Generator, generator } from "../../runtime/random/generator.ts";
import type { EmojiRow } from "./emoji-rows.ts";
import type { Split } from "./splits.ts";

/** The side of a picture in pixels. */
export const canvasSide = 48;
const sizes = [16, 20] as const;
const mostObjects = 4;
/** The number of pictures of each split. */
const counts = { train: 3000, validation: 200, test: 400 } as const;

/** The artists whose drawings are in the pictures. */
export const canvasArtists = ["twemoji", "openmoji", "noto"] as const;

/** Emoji by what the subgroups of their classes begin with. */
const kinds = {
  animal: ["animal-"],
  face: ["face-"],
  food: ["food-"],
  sign: ["alphanum", "arrow", "av-symbol", "transport-sign", "warning", "keycap", "zodiac"],
  vehicle: ["transport-air", "transport-ground", "transport-water"],
} as const;

type Kind = keyof typeof kinds;
export const canvasKinds = Object.keys(kinds) as readonly Kind[];

/** A drawing in a picture: the square that it is drawn into, in pixels. */
export interface Placed {
  readonly drawing: string;
  readonly kind: Kind;
  readonly left: number;
  readonly top: number;
  readonly size: number;
}

export interface Canvas {
  readonly split: Split;
  /** Red, green and blue. */
  readonly background: readonly number[];
  readonly objects: readonly Placed[];
  readonly question: string;
  /** The number of objects of the kind that the question names, or of all. */
  readonly answer: string;
}

export function kindOf({ subgroup }: Pick<EmojiRow, "subgroup">): Kind | undefined {
  return canvasKinds.find((kind) => kinds[kind].some((start) => subgroup.startsWith(start)));
}

/** Canvases of one to four drawings that do not overlap, each with a question. What is where, and the question, are drawn at random; the drawings are real. */
export function canvasesOf(rows: readonly EmojiRow[]): readonly Canvas[] {
  const drawings = new Map(
    canvasKinds.map((kind) => [
      kind,
      rows.filter((row) => kindOf(row) === kind && canvasArtists.some((artist) => artist === row.artist)),
    ]),
  );
  return (["train", "validation", "test"] as const).flatMap((split) =>
    Array.from({ length: counts[split] }, (_, index) => canvasOf(split, drawings, generator(1, "scene", split, index))),
  );
}

function canvasOf(split: Split, drawings: ReadonlyMap<Kind, readonly EmojiRow[]>, random: Generator): Canvas {
  const asked = chosen(canvasKinds, random);
  const wanted = 1 + random.below(mostObjects);
  const objects: Placed[] = [];
  for (let tries = 0; objects.length < wanted && tries < 100; tries++) {
    const size = chosen(sizes, random);
    const [left, top] = [random.below(canvasSide - size + 1), random.below(canvasSide - size + 1)];
    if (objects.some((other) => overlaps({ left, top, size }, other))) continue;
    // Kinds that are asked for are drawn more often, so that answers are even.
    const kind = random.uniform() < 0.4 ? asked : chosen(canvasKinds, random);
    const { drawing } = chosen(drawings.get(kind) ?? [], random);
    objects.push({ drawing, kind, left, top, size });
  }
  const count = objects.filter(({ kind }) => kind === asked).length;
  const question = chosen([`how many ${asked}s are there`, `count the ${asked}s`, `the number of ${asked}s`], random);
  const background = [0, 1, 2].map(() => 200 + random.below(56));
  if (random.uniform() < 0.5) return { split, background, objects, question, answer: String(count) };
  const ofAll = chosen(["how many drawings are there", "count the drawings", "the number of drawings"], random);
  return { split, background, objects, question: ofAll, answer: String(objects.length) };
}

type Square = Pick<Placed, "left" | "top" | "size">;

function overlaps(one: Square, other: Square): boolean {
  const apart = (a: number, aSize: number, b: number, bSize: number): boolean => a + aSize <= b || b + bSize <= a;
  return !(apart(one.left, one.size, other.left, other.size) || apart(one.top, one.size, other.top, other.size));
}

function chosen<Item>(items: readonly Item[], random: Generator): Item {
  const item = items[random.below(items.length)];
  if (item === undefined) throw new Error("nothing to choose from");
  return item;
}
