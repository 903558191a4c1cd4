import { givenInputs } from "../../compiler/targets/given-inputs.ts";
import { targetOf } from "../../compiler/targets/index.ts";
import type { AddressedModel } from "../models/served-models.ts";
import type { Routes } from "../serving.ts";

/** A model with what a client needs to know to ask it. */
export interface ModelFacts {
  readonly name: string;
  readonly version: string;
  readonly tasks: readonly {
    readonly name: string;
    /** The kind of its target. */
    readonly target: string;
    readonly inputs: readonly { readonly modality: string; readonly optional: boolean }[];
    readonly classes?: readonly string[];
    /** True if it generates a text, which /generate gives part by part. */
    readonly generates: boolean;
  }[];
  /** The modalities with their options, as the specification declares them. */
  readonly modalities: { readonly [name: string]: object };
  /** The modality for whose values /rank ranks candidates, and how many there are. */
  readonly ranks?: { readonly query: string; readonly candidates: number };
}

/** `GET /models`: every model with its tasks and modalities. */
export const modelsRoutes: Routes = (app, { models }) => {
  app.get("/models", () => models.addressed.map(factsOf));
};

export function factsOf({ name, served, tasks }: AddressedModel): ModelFacts {
  const { model, version, candidates } = served;
  const own = model.tasks.filter((task) => tasks.includes(task.name));
  const read = new Set(own.flatMap((task) => givenInputs(task).map(({ modality }) => modality)));
  return {
    name,
    version,
    tasks: own.map((task) => ({
      name: task.name,
      target: task.target.kind,
      inputs: givenInputs(task),
      ...(model.classes[task.name] ? { classes: model.classes[task.name] } : {}),
      generates: targetOf(task.target).generates !== undefined,
    })),
    modalities: Object.fromEntries(Object.entries(model.modalities).filter(([modality]) => read.has(modality))),
    ...(candidates && tasks.includes(candidates.task)
      ? { ranks: { query: candidates.query, candidates: candidates.count } }
      : {}),
  };
}
