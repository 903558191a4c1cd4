import { dictionariesOf, switchedTexts } from "../../../compiler/features/augmentations.ts";
import type { ResolvedCodeSwitch, ResolvedSpecification, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { generator } from "../../random/generator.ts";
import type { ReaderDraw } from "../data.ts";
import { type Dictionary, dictionaryIn, readDictionary, translationsOf } from "./dictionary.ts";
import type { DataFolders } from "../files/data-folders.ts";
import { datasetFiles } from "../files/dataset-files.ts";
import { switchWords } from "./switch-words.ts";

/** The dictionaries of a specification, by the names of their files. */
export type Dictionaries = ReadonlyMap<string, Dictionary>;

/** Reads all dictionaries that a specification names. Throws `UserError` of kind "data". */
export async function readDictionaries(
  specification: Pick<ResolvedSpecification, "tasks">,
  folders: DataFolders,
): Promise<Dictionaries> {
  const found = new Map<string, Dictionary>();
  for (const name of dictionariesOf(specification)) {
    const [file] = await datasetFiles({ path: name }, folders);
    if (file) found.set(name, await readDictionary(file));
  }
  return found;
}

/** The example whose text is switched. */
export interface SwitchedExample {
  readonly key: string;
  /** The number of the text among those of the example. */
  readonly index: number;
  readonly draw: ReaderDraw;
}

/** Switches the segments of a text for an example. */
export type TextSwitch = (segments: readonly string[], example: SwitchedExample) => readonly string[];

/**
 * The switch of each text of a task; empty if it switches none. Draws are keyed by (seed, stage, task, epoch, example,
 * modality, augmentation).
 */
export function textSwitches(
  task: ResolvedTask,
  specification: Pick<ResolvedSpecification, "modalities">,
  dictionaries: Dictionaries,
): ReadonlyMap<string, TextSwitch> {
  return new Map(
    switchedTexts(specification, task).map(({ name, augmentations }) => {
      const steps = augmentations.map((options) => ({ options, dictionary: dictionaryOf(options, dictionaries) }));
      return [
        name,
        (segments, { key, index, draw }) =>
          steps.reduce<readonly string[]>((texts, { options, dictionary }, step) => {
            const random = generator(
              draw.seed,
              "switched words",
              draw.stage,
              task.name,
              draw.epoch,
              key,
              name,
              `${index} ${step}`,
            );
            return texts.map((text) => switchWords(text, dictionary, options, random));
          }, segments),
      ];
    }),
  );
}

/** The translations that training may put into a text, from which its tokenizer learns too. */
export function* translationsInto(
  modality: string,
  specification: Pick<ResolvedSpecification, "modalities" | "tasks">,
  dictionaries: Dictionaries,
): Generator<string> {
  const known = new Set<string>();
  for (const task of Object.values(specification.tasks))
    for (const { name, augmentations } of switchedTexts(specification, task))
      for (const options of name === modality ? augmentations : [])
        for (const translation of translationsOf(dictionaryOf(options, dictionaries))) known.add(translation);
  yield* known;
}

function dictionaryOf({ dictionary: name, languages }: ResolvedCodeSwitch, dictionaries: Dictionaries): Dictionary {
  const whole = dictionaries.get(name);
  if (!whole) throw new Error(`the dictionary ${name} was not read`);
  return languages ? dictionaryIn(whole, languages, name) : whole;
}
