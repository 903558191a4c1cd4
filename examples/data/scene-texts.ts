import type { Generator } from "../../runtime/random/generator.ts";
import type { Placed, Thing } from "./scene-pictures.ts";

/** A question with the share of each answer, as when people were asked and did not agree. */
export interface Question {
  readonly question: string;
  readonly answers: { readonly [answer: string]: number };
}

type Edge = "left" | "right" | "top" | "bottom";

/** The distance of a thing from an edge of the picture. */
const distances: { readonly [Name in Edge]: (place: Placed) => number } = {
  left: ({ box }) => box[0] + box[2],
  right: ({ box }) => 2 - box[0] - box[2],
  top: ({ box }) => box[1] + box[3],
  bottom: ({ box }) => 2 - box[1] - box[3],
};
const edges = Object.keys(distances) as readonly Edge[];

const distance = (one: Placed, other: Placed): number =>
  Math.hypot(distances.left(one) - distances.left(other), distances.top(one) - distances.top(other));

function pick<Item>(items: readonly Item[], random: Generator): Item {
  const item = items[random.below(items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

function byDistance(places: readonly Placed[], from: (place: Placed) => number): readonly Placed[] {
  return [...places].sort((one, other) => from(one) - from(other));
}

/** The kinds of the two things that are nearest, of which the second is an answer of some if it is nearly as near. */
function kindsOfNearest(sorted: readonly Placed[], from: (place: Placed) => number): Question["answers"] {
  const [first, second] = sorted;
  if (!first) return {};
  const isClose = second !== undefined && from(second) - from(first) < 0.1;
  return { ...(isClose ? { [second.thing.kind]: 0.6 } : {}), [first.thing.kind]: 1 };
}

/** A question about a scene: presence, number, the thing at an edge, or the thing next to another one. */
export function questionOn(places: readonly Placed[], things: readonly Thing[], random: Generator): Question {
  const kind = pick(things, random).kind;
  const asked = random.uniform();
  if (asked < 0.25) {
    const isThere = random.uniform() < 0.5;
    const absent = things.filter((thing) => places.every((place) => place.thing !== thing));
    const { name } = isThere ? pick(places, random).thing : pick(absent, random);
    return { question: `is there a ${name}`, answers: { [isThere ? "yes" : "no"]: 1 } };
  }
  if (asked < 0.5) {
    const count = places.filter((place) => place.thing.kind === kind).length;
    const others = [count - 1, count + 1].filter((number) => number >= 0 && number <= 3);
    return {
      question: `how many ${kind}s are there`,
      answers: { ...Object.fromEntries(others.map((number) => [String(number), 0.3])), [String(count)]: 1 },
    };
  }
  if (asked < 0.75) {
    const edge = pick(edges, random);
    const sorted = byDistance(places, distances[edge]);
    return { question: `what is at the ${edge}`, answers: kindsOfNearest(sorted, distances[edge]) };
  }
  const one = pick(places, random);
  const from = (place: Placed): number => distance(one, place);
  const sorted = byDistance(
    places.filter((place) => place !== one),
    from,
  );
  return { question: `what is next to the ${one.thing.name}`, answers: kindsOfNearest(sorted, from) };
}

/** A phrase that only one thing of a scene fits, with its index: its name, or the outermost of its kind. */
export function phraseOn(
  places: readonly Placed[],
  random: Generator,
): { readonly phrase: string; readonly index: number } {
  const one = pick(places, random);
  const alike = places.filter(({ thing }) => thing.kind === one.thing.kind);
  if (random.uniform() < 0.6 || alike.length < 2)
    return { phrase: `the ${one.thing.name}`, index: places.indexOf(one) };
  const edge = pick(edges, random);
  const [outermost = one] = byDistance(alike, distances[edge]);
  return { phrase: `the ${edge} ${one.thing.kind}`, index: places.indexOf(outermost) };
}

/** Two of the things of a scene, each with the quarter of the picture that it is in. */
export function captionOf(places: readonly Placed[], random: Generator): string {
  const named = [...random.permutation(places.length)].slice(0, 2).flatMap((index) => places[index] ?? []);
  return named
    .map((place) => {
      const [down, across] = [
        distances.top(place) < 1 ? "top" : "bottom",
        distances.left(place) < 1 ? "left" : "right",
      ];
      return `a ${place.thing.name} at the ${down} ${across}`;
    })
    .join(" and ");
}
