import { type Generator, generator } from "../../runtime/random/generator.ts";
import { type PlacedEmoji, composedPicture, drawingsOf } from "./composed-emoji.ts";
import { type Split, splitOf } from "./splits.ts";

// Pictures and videos are composed of drawings of these emoji, whose names are one word.
const groups = {
  animal: ["fox", "cat", "zebra", "panda", "turtle", "octopus"],
  food: ["carrot", "banana", "strawberry", "watermelon", "pizza", "grapes"],
  vehicle: ["train", "bus", "taxi", "sailboat", "airplane", "helicopter"],
  thing: ["hammer", "scissors", "guitar", "umbrella", "bell", "pencil"],
} as const;
export const names: readonly string[] = Object.values(groups).flat();

const side = 32;
const backgrounds = ["#ffffff", "#fff4d6", "#dff0ff", "#e2f7e1", "#f4e4fa"];

/** A picture of two emoji. */
export interface CaptionRow {
  readonly scene: string;
  readonly caption: string;
  readonly split: Split;
}

export interface QuestionRow {
  readonly scene: string;
  readonly question: string;
  readonly answer: string;
  readonly split: Split;
}

/** Four pictures of an emoji that moves in one of eight directions. */
export interface VideoRow {
  readonly clip: readonly string[];
  readonly motion: string;
  readonly split: Split;
}

type Pictures = { readonly [path: string]: string };

interface Scenes {
  readonly pictures: Pictures;
  readonly captions: readonly CaptionRow[];
  readonly questions: readonly QuestionRow[];
}

/** The numbers of pictures of one caption. */
const drawnOften: { readonly [split in Split]: number } = { train: 3, validation: 1, test: 1 };

/**
 * Scenes of every ordered pair of emoji and each relation: the first is above the second, or beside it on its left. A caption is in one split as a whole, so that no caption
 * of the test is trained on.
 */
export function composedScenes(): Scenes {
  const drawings = drawingsOf(names);
  const pictures: { [path: string]: string } = {};
  const captions: CaptionRow[] = [];
  const questions: QuestionRow[] = [];
  for (const [first, second, relation] of pairs()) {
    const caption = `${first} ${relation} ${second}`;
    const split = splitOf(caption);
    for (let index = 0; index < drawnOften[split]; index += 1) {
      const random = generator(1, "scene", caption, index);
      const scene = `scenes/${first}-${relation}-${second}-${index}.svg`;
      pictures[scene] = composedPicture(side, chosen(random, backgrounds), [
        { svg: chosen(random, drawings.get(first) ?? []), size: 14, ...position(relation, random, "first") },
        { svg: chosen(random, drawings.get(second) ?? []), size: 14, ...position(relation, random, "second") },
      ]);
      captions.push({ scene, caption, split });
      const asked = questionsOf({ first, relation, second }, random);
      for (const [question, answer] of split === "train" ? asked : [chosen(random, asked)])
        questions.push({ scene, question, answer, split });
    }
  }
  return { pictures, captions, questions };
}

function pairs(): readonly (readonly [first: string, second: string, relation: string])[] {
  return names.flatMap((first) =>
    names
      .filter((second) => second !== first)
      .flatMap((second) => ["above", "beside"].map((relation) => [first, second, relation] as const)),
  );
}

/** The position of one emoji in the half of the picture that is its own. */
function position(relation: string, random: Generator, which: "first" | "second"): Pick<PlacedEmoji, "x" | "y"> {
  const along = random.below(3) + (which === "first" ? 0 : 16);
  const across = random.below(17);
  return relation === "above" ? { x: across, y: along } : { x: along, y: across };
}
/** A question for a name, and one for a side or for yes or no. */
function questionsOf(
  { first, relation, second }: { readonly first: string; readonly relation: string; readonly second: string },
  random: Generator,
): readonly (readonly [question: string, answer: string])[] {
  const sides = relation === "above" ? (["above", "below"] as const) : (["left", "right"] as const);
  const at = random.below(2);
  const [asked, other] = at === 0 ? [first, second] : [second, first];
  const named = [`what is ${sides[at] ?? ""} ?`, asked] as const;
  switch (random.below(3)) {
    case 0:
      return [named, [`where is the ${other} ?`, sides[1 - at] ?? ""]];
    case 1:
      return [named, [`is there a ${other} ?`, "yes"]];
    default:
      return [named, [`is there a ${chosen(random, absent(first, second))} ?`, "no"]];
  }
}

function absent(...there: readonly string[]): readonly string[] {
  return names.filter((name) => !there.includes(name));
}

const directions: { readonly [name: string]: readonly [across: number, down: number] } = {
  right: [1, 0],
  "down right": [1, 1],
  down: [0, 1],
  "down left": [-1, 1],
  left: [-1, 0],
  "up left": [-1, -1],
  up: [0, -1],
  "up right": [1, -1],
};
const frames = 4;
const moving = 12;
const step = 5;

/** A video of each emoji by each artist in each direction. All videos of a drawing are in one split. */
export function composedVideos(): { readonly pictures: Pictures; readonly videos: readonly VideoRow[] } {
  const drawings = drawingsOf(names);
  const pictures: { [path: string]: string } = {};
  const videos: VideoRow[] = [];
  for (const [name, drawn] of drawings)
    for (const [artist, svg] of drawn.entries())
      for (const [motion, [across, down]] of Object.entries(directions)) {
        const random = generator(1, "video", name, artist, motion);
        const background = chosen(random, backgrounds);
        const [x, y] = [starting(random, across), starting(random, down)];
        const clip = Array.from({ length: frames }, (_, time) => {
          const path = `videos/${name}-${artist}-${motion.replace(" ", "-")}/${time}.svg`;
          pictures[path] = composedPicture(side, background, [
            { svg, size: moving, x: x + time * step * across, y: y + time * step * down },
          ]);
          return path;
        });
        videos.push({ clip, motion, split: splitOf(`video of ${name} by ${artist}`) });
      }
  return { pictures, videos };
}

/**
 * The start of a coordinate, such that the emoji is in the picture at all times. A direction and its opposite pass the same positions equally often, so that their order alone
 * tells one from the other.
 */
function starting(random: Generator, direction: number): number {
  const way = (frames - 1) * step;
  const start = random.below(side - moving - (direction === 0 ? 0 : way) + 1);
  return direction < 0 ? start + way : start;
}

function chosen<Item>(random: Generator, items: readonly Item[]): Item {
  const item = items[random.below(items.length)];
  if (item === undefined) throw new Error("there is nothing to choose from");
  return item;
}
