import type { CodeActionSource } from "./code-action.ts";
import { optionAdded, optionNamed } from "./options.ts";
import { headedDeclaration } from "./surroundings.ts";

interface AddedOption {
  readonly name: string;
  readonly title: string;
  readonly option: string;
  readonly entry: string;
}

/** Sources that write an option of a stage which a user is likely to want, and has not written. */
const adding = ({ name, title, option, entry }: AddedOption): CodeActionSource => ({
  name,
  kind: "refactor.rewrite",
  find(selection) {
    const stage = headedDeclaration(selection);
    if (stage?.kind !== "Stage" || optionNamed(stage, option)) return [];
    return [{ title, edits: [optionAdded(selection, stage, entry)] }];
  },
});

export const seedStage = adding({ name: "seed-stage", title: "Write the seed", option: "seed", entry: "seed: 1" });
export const clipGradients = adding({
  name: "clip-gradients",
  title: "Clip gradients",
  option: "clip",
  entry: "clip: 1.0",
});
export const warmUp = adding({
  name: "warm-up",
  title: "Add a schedule with warm-up",
  option: "schedule",
  entry: "schedule: cosine(warmup: 5%)",
});
