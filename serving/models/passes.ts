import { givenInputs } from "../../compiler/targets/given-inputs.ts";
import { targetOf } from "../../compiler/targets/index.ts";
import type { DecodingChoice, TrainedModel } from "../../runtime/index.ts";
import { RequestFailure } from "../failure.ts";

/** Tasks that are predicted together. */
export interface ServedPass {
  readonly tasks: readonly string[];
  /** The way to choose the tokens of a generated text. */
  readonly decode?: DecodingChoice;
}

type Tasks = Pick<TrainedModel, "tasks" | "meant">;

/**
 * The passes that predict the wanted tasks. Every pass has graphs of its own, so there are few of them, whatever requests want: one of all meant tasks
 * that generate no text, and one of each task. A pass may therefore predict more tasks than are wanted.
 */
export function passesFor(
  { tasks, meant }: Tasks,
  wanted: readonly string[],
  decode: DecodingChoice | undefined,
): readonly ServedPass[] {
  const generating = tasks.filter(({ target }) => targetOf(target).generates !== undefined).map(({ name }) => name);
  const shared = meant.filter((task) => !generating.includes(task));
  const together = wanted.filter((task) => shared.includes(task));
  const alone = together.length > 1 ? wanted.filter((task) => !shared.includes(task)) : wanted;
  if (decode !== undefined && !wanted.some((task) => generating.includes(task)))
    throw new RequestFailure(
      "bad_request",
      "No text is generated, so that no decoding can be chosen.",
      "Leave `decode` out.",
    );
  return [
    ...(together.length > 1 ? [{ tasks: shared }] : []),
    ...alone.map((task) => ({
      tasks: [task],
      ...(decode === undefined || !generating.includes(task) ? {} : { decode }),
    })),
  ];
}

/** Checks the names of tasks that a request has chosen. */
export function namedTasks({ tasks }: Pick<Tasks, "tasks">, wanted: readonly string[]): readonly string[] {
  const known = tasks.map(({ name }) => name);
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown === undefined && wanted.length > 0) return [...new Set(wanted)];
  throw new RequestFailure(
    "bad_request",
    unknown === undefined ? "No task is named." : `The model has no task ${JSON.stringify(unknown.slice(0, 80))}.`,
    `Its tasks are: ${known.join(", ")}.`,
  );
}

/**
 * The tasks, among some, for which values of these modalities are enough. If they are enough for none, these are all of the tasks, so that a message
 * says which value is missing.
 */
export function tasksWithInputs(
  { tasks }: Pick<Tasks, "tasks">,
  among: readonly string[],
  given: readonly string[],
): readonly string[] {
  const enough = among.filter((name) => {
    const task = tasks.find((each) => each.name === name);
    return task && givenInputs(task).every(({ modality, optional }) => optional || given.includes(modality));
  });
  return enough.length > 0 ? enough : among;
}
