import { type SharedInput, sharedInputs } from "../../../compiler/features/shared-inputs.ts";
import type { ResolvedSpecification, ResolvedTask } from "../../../compiler/schema/resolved.ts";
import { givenInputs } from "../../../compiler/targets/given-inputs.ts";
import type { RawExample } from "../data.ts";
import { type Presence, presenceOf } from "../columns/dataset-fields.ts";
import { slotsOf } from "../columns/feature-store.ts";
import { UnreadableValue } from "../cells/unreadable-value.ts";
import { candidateCount } from "../features/candidates.ts";
import type { FeatureReader, ReadingContext } from "../features/feature-reader.ts";
import { type ModalityBatch, emptyBatch } from "./batch-features.ts";

/** One input of a pass of tasks, with the features that examples have in it. */
export interface ExampleInput extends ModalityBatch, SharedInput {
  /** The modality is required by some of the tasks, optional for some, or both. */
  readonly presences: readonly Presence[];
  readonly context: Omit<ReadingContext, "references">;
  /** True if a value is a list of candidates. */
  readonly hasCandidates: boolean;
}

/** The outcome of reading one value of an example. */
export interface ValueRead {
  /** True if the example counts as having no value where the modality is required, and where it is optional. */
  readonly missing: { readonly [presence in Presence]: boolean };
  /** The reason why no task can use the value. */
  readonly problem?: string;
  /** The number of candidates in the value. */
  readonly candidates?: number;
}

export interface InputSettings {
  readonly specification: ResolvedSpecification;
  readonly readers: ReadonlyMap<string, FeatureReader>;
  readonly contextOf: (task: string) => ExampleInput["context"];
}

/** Allocates the inputs of tasks that are predicted together. Values that are read by the same rules are one input. */
export function exampleInputs(
  tasks: readonly ResolvedTask[],
  size: number,
  { specification, readers, contextOf }: InputSettings,
): readonly ExampleInput[] {
  const names = tasks.map(({ name }) => name);
  return sharedInputs(specification, names, "predict").flatMap((input) => {
    const { modality, madeFor } = input;
    const reading = tasks.flatMap((task) =>
      input.tasks.includes(task.name) && givenInputs(task).some((given) => given.modality === modality)
        ? [task.name]
        : [],
    );
    const owner = tasks.find(({ name }) => name === (madeFor ?? reading[0]));
    if (!owner || reading.length === 0) return [];
    const presences = tasks.flatMap(({ name, inputs }) =>
      inputs.flatMap((each) => (reading.includes(name) && each.modality === modality ? [presenceOf(each)] : [])),
    );
    const optional = presences.includes("optional");
    return emptyBatch({ ...owner, inputs: [{ modality, optional }] }, readers, size).map((batch) => ({
      ...batch,
      ...input,
      tasks: reading,
      presences,
      context: contextOf(owner.name),
      hasCandidates: owner.candidates?.parts[modality] !== undefined,
    }));
  });
}

/** Reads the value of an example into row `at` of an input. The row is zero if no task can use the value. */
export async function readValue(
  { reader, store, present, presences, context, hasCandidates }: ExampleInput,
  value: RawExample[string],
  at: number,
  references: ReadingContext["references"],
): Promise<ValueRead> {
  const missing = { required: false, optional: false };
  try {
    for (const presence of presences) missing[presence] = reader.isMissing(value, presence);
    present?.fill(missing.optional ? 0 : 1, at, at + 1);
    if (presences.every((presence) => missing[presence])) return { missing };
    const parsed = reader.parse(value);
    await reader.encode(parsed, slotsOf(store, at), { ...context, references });
    return { missing, ...(hasCandidates ? { candidates: candidateCount(parsed) } : {}) };
  } catch (error) {
    if (!(error instanceof UnreadableValue)) throw error;
    // The features that were written before the error may be longer than the graph's texts, so they are cleared.
    for (const slot of slotsOf(store, at)) slot.fill(0);
    return { missing, problem: error.message };
  }
}

/** The reason why a task cannot use an example, with the modality. */
export function problemOfTask(
  task: ResolvedTask,
  read: ReadonlyMap<ExampleInput, ValueRead>,
): { readonly modality: string; readonly reason: string } | undefined {
  for (const { modality, optional } of givenInputs(task)) {
    const found = [...read].find(([input]) => input.modality === modality && input.tasks.includes(task.name))?.[1];
    if (!found) throw new Error(`"${modality}" of ${task.name} is not read`);
    const reason = found.missing[presenceOf({ modality, optional })] ? absence(optional, modality) : found.problem;
    if (reason !== undefined) return { modality, reason };
  }
  return undefined;
}

function absence(optional: boolean, modality: string): string | undefined {
  return optional ? undefined : `it has no ${modality}`;
}
