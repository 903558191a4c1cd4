import { parsedDecoding } from "../../compiler/parsed-decoding.ts";
import type { ResolvedDecoding, ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import { targetOf } from "../../compiler/targets/index.ts";
import { UserError } from "../user-error.ts";

type Choice<Kind extends ResolvedDecoding["kind"]> = { readonly kind: Kind } & Partial<
  Omit<Extract<ResolvedDecoding, { kind: Kind }>, "kind">
>;

/**
 * The way to choose the tokens of generated texts: as in a specification, `"beam(width: 8)"`, or as data,
 * `{ kind: "beam", width: 8 }`. Options that are absent have their defaults.
 */
export type DecodingChoice = string | Choice<"greedy"> | Choice<"beam"> | Choice<"sample">;

/**
 * A decoding with every default.
 *
 * @throws UserError of kind `usage` with what is wrong in the choice.
 */
function decodingOf(choice: DecodingChoice): ResolvedDecoding {
  const written = typeof choice === "string" ? choice : writtenDecoding(choice);
  const parsed = parsedDecoding(written);
  if ("decoding" in parsed) return parsed.decoding;
  throw new UserError("usage", `The decoding \`${written}\` cannot be used. ${parsed.problem}`, parsed.help ?? example);
}

const example = "Write `greedy`, `beam(width: 8)` or `sample(temperature: 0.8)`.";

function writtenDecoding({ kind, ...options }: Exclude<DecodingChoice, string>): string {
  const given = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${JSON.stringify(value)}`],
  );
  return `${kind}(${given.join(", ")})`;
}

/**
 * A program whose tasks generate texts by this choice instead of their own.
 *
 * @throws UserError of kind `usage` if no task generates a text.
 */
export function withDecoding<Program extends { readonly specification: ResolvedSpecification }>(
  program: Program,
  choice: DecodingChoice | undefined,
): Program {
  if (choice === undefined) return program;
  const decode = decodingOf(choice);
  const { specification } = program;
  const tasks = Object.entries(specification.tasks);
  requireGenerating(
    tasks.map(([, task]) => task),
    "The model",
  );
  return {
    ...program,
    specification: {
      ...specification,
      tasks: Object.fromEntries(
        tasks.map(([name, task]) => [
          name,
          task.target.kind === "sequence" ? { ...task, target: { ...task.target, decode } } : task,
        ]),
      ),
    },
  };
}

/**
 * The decoding that is chosen for some tasks; `undefined` if none is chosen.
 *
 * @throws UserError of kind `usage` if the choice is wrong, or no task generates a text.
 */
export function decodingForTasks(
  tasks: readonly Pick<ResolvedTask, "name" | "target">[],
  choice: DecodingChoice | undefined,
): ResolvedDecoding | undefined {
  if (choice === undefined) return undefined;
  const [only, ...others] = tasks;
  requireGenerating(tasks, only && others.length === 0 ? `The task "${only.name}"` : "The model");
  return decodingOf(choice);
}

/** Checks that a decoding is chosen for a task that generates a text. */
function requireGenerating(tasks: readonly Pick<ResolvedTask, "target">[], subject: string): void {
  if (tasks.some(({ target }) => targetOf(target).generates !== undefined)) return;
  throw new UserError(
    "usage",
    `${subject} generates no text, so that no decoding can be chosen.`,
    "Leave the decoding out; tasks with the target `sequence` generate texts.",
  );
}
