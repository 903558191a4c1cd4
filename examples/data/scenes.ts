import { type Generator, generator } from "../../runtime/random/generator.ts";
import { emojiVersions, installedDrawings } from "./emoji.ts";
import { type Placed, type Region, type Thing, jittered, placeThings, regionsOf, render } from "./scene-pictures.ts";
import { captionOf, phraseOn, questionOn } from "./scene-texts.ts";
import { grouped } from "./splits.ts";
import { writeDataset } from "./write-dataset.ts";

/** This number is raised whenever the same packages would give another table. */
const format = 1;

const counts = { train: 2400, validation: 300, test: 300 } as const;
type Split = keyof typeof counts;

/** The kinds of things, and the subgroups of emoji that they are from. */
const subgroups: { readonly [kind: string]: string } = {
  animal: "animal-mammal",
  fruit: "food-fruit",
  vehicle: "transport-ground",
  instrument: "musical-instrument",
  garment: "clothing",
  tool: "tool",
};
const kinds = Object.keys(subgroups);
const thingsOfKind = 4;

interface Scene {
  readonly name: string;
  readonly split: Split;
  readonly places: readonly Placed[];
  readonly regions: readonly Region[];
}

/**
 * Writes scenes that are composed of drawings of emoji, as regions with boxes, and three tables about them, for
 * `twelve_in_one.mtl`. Layouts, boxes, questions and answers are made by rules; drawings and names are real.
 */
export async function prepareScenes(folder: string): Promise<void> {
  await writeDataset(folder, [format, ...emojiVersions().flat()], async () => {
    const things = await thingsOf();
    const scenes = (Object.keys(counts) as Split[]).flatMap((split) =>
      Array.from({ length: counts[split] }, (_, index) => sceneOf(`${split}-${index}`, split, things)),
    );
    const files = scenes.map(({ name, regions }) => [`regions/${name}.json`, recordOf(regions)] as const);
    return { ...Object.fromEntries(files), ...tablesOf(scenes, things) };
  });
}

/** Regions as a `regions` modality reads them. */
function recordOf(regions: readonly Region[]): string {
  return JSON.stringify({
    features: regions.map(({ features }) => features),
    boxes: regions.map(({ box }) => box),
    classes: regions.map(({ classes }) => classes),
  });
}

/** Some emoji of each kind whose names are one word, with the drawings of all artists. */
async function thingsOf(): Promise<readonly Thing[]> {
  const drawn = installedDrawings();
  const things: Thing[] = [];
  for (const [kind, subgroup] of Object.entries(subgroups)) {
    const own = drawn.filter(({ row }) => row.subgroup === subgroup && /^[a-z]+$/u.test(row.label));
    const byName = [...grouped(own, ({ row }) => row.label)];
    const order = generator(1, "things of a kind", kind).permutation(byName.length);
    for (const index of [...order].slice(0, thingsOfKind)) {
      const [name, drawings] = byName[index] ?? ["", []];
      things.push({ name, kind, drawings: await Promise.all(drawings.map(({ svg }) => render(svg))) });
    }
  }
  return things;
}

function sceneOf(name: string, split: Split, things: readonly Thing[]): Scene {
  const random = generator(1, "scenes", name);
  const count = 4 + random.below(2);
  const chosen = [...random.permutation(things.length)].slice(0, count).flatMap((index) => things[index] ?? []);
  const places = placeThings(chosen, random);
  return { name, split, places, regions: regionsOf(places, kinds, random) };
}

function tablesOf(scenes: readonly Scene[], things: readonly Thing[]): { readonly [table: string]: readonly object[] } {
  const about = (scene: Scene, purpose: string): { readonly random: Generator; readonly row: object } => ({
    random: generator(1, purpose, scene.name),
    row: { scene: scene.name, split: scene.split, photo: `regions/${scene.name}.json` },
  });
  const twice = scenes.flatMap((scene) => [0, 1].map((index) => ({ scene, index })));
  return {
    "questions.jsonl": twice.map(({ scene, index }) => {
      const { random, row } = about(scene, `question ${index}`);
      return { ...row, ...questionOn(scene.places, things, random) };
    }),
    "phrases.jsonl": twice.map(({ scene, index: number }) => {
      const { random, row } = about(scene, `phrase ${number}`);
      const { phrase, index } = phraseOn(scene.places, random);
      const box = scene.places[index]?.box ?? [0, 0, 1, 1];
      return { ...row, phrase, box: jittered(box, 0.05, random).map((edge) => Number(edge.toFixed(4))) };
    }),
    "captions.jsonl": scenes.map((scene) => {
      const { random, row } = about(scene, "caption");
      return { ...row, caption: captionOf(scene.places, random) };
    }),
  };
}
