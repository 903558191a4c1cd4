import type { Cost, PartCost, ProgramCost } from "../../compiler/analysis/cost/cost.ts";
import { noCost } from "../../compiler/analysis/cost/cost.ts";
import { costInSteps } from "../../compiler/analysis/cost/cost-of.ts";
import type { Compilation } from "../../compiler/program.ts";
import type { Workspace } from "./workspace.ts";

/** The cost of a specification as far as it is known. */
export interface KnownCost {
  readonly cost: ProgramCost;
  /** `earlier` if a text has changed since it was computed. */
  readonly of: "this_text" | "earlier";
  /** The cost of the text that was saved last, or opened. */
  readonly saved: ProgramCost | undefined;
  /** The budgets that tasks and stages exceed, by name: `task kind`. */
  readonly exceeded: ReadonlyMap<string, readonly string[]>;
}

interface Counted {
  readonly texts: ReadonlyMap<string, string>;
  readonly cost: ProgramCost;
  readonly exceeded: KnownCost["exceeded"];
}

/**
 * The costs of specifications. They take longer than an answer may, so they are computed when an editor is idle, and those of an
 * earlier text are used until then.
 */
export class Costs {
  readonly #workspace: Workspace;
  readonly #counted = new Map<string, Counted>();
  readonly #saved = new Map<string, ProgramCost>();
  /** Specifications that were saved after their cost was counted. */
  readonly #waiting = new Set<string>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  /** Never computes. */
  of(entry: string): KnownCost | undefined {
    const counted = this.#counted.get(entry);
    if (!counted) return undefined;
    return {
      cost: counted.cost,
      exceeded: counted.exceeded,
      of: isOf(this.#workspace, counted) ? "this_text" : "earlier",
      saved: this.#saved.get(entry),
    };
  }

  /** The first specification with a known cost among those that read a file. */
  reading(path: string): KnownCost | undefined {
    for (const entry of this.#workspace.entriesOf(path)) {
      const known = this.of(entry);
      if (known) return known;
    }
    return undefined;
  }

  /** From now on, changes of the cost are counted from the present text of a specification. */
  saved(entry: string): void {
    this.#waiting.add(entry);
  }

  closed(entry: string): void {
    this.#counted.delete(entry);
    this.#saved.delete(entry);
    this.#waiting.delete(entry);
  }

  /** Computes the cost of a specification if its text has changed. A specification with errors keeps its earlier cost. */
  *count(entry: string): Generator<undefined, void> {
    const before = this.#counted.get(entry);
    if (!before || !isOf(this.#workspace, before)) {
      const compilation = this.#workspace.compile(entry, "everything");
      const { program, files } = compilation;
      if (!program || program.specification.stages.length + program.declarations.tasks.size === 0) return;
      yield;
      const texts = new Map([...files].map(([path, { text }]) => [path, text]));
      this.#counted.set(entry, { texts, cost: yield* costInSteps(program), exceeded: exceededIn(compilation) });
    }
    const now = this.#counted.get(entry);
    if (now && (this.#waiting.delete(entry) || !this.#saved.has(entry))) this.#saved.set(entry, now.cost);
  }
}

/** `needs 201,108 parameters; its budget is 100,000` by declaration. */
function exceededIn({ diagnostics, files }: Compilation): KnownCost["exceeded"] {
  const exceeded = new Map<string, string[]>();
  for (const { name, at, message } of diagnostics) {
    if (name !== "over_budget") continue;
    const declaration = files
      .get(at.file)
      ?.tree.declarations.find(({ span }) => span.start <= at.start && at.end <= span.end);
    if (!declaration || !("name" in declaration)) continue;
    const key = `${declaration.kind.toLowerCase()} ${declaration.name.name}`;
    const text = message.replace(/^.*?" /u, "").replace(/\.$/u, "");
    exceeded.set(key, [...(exceeded.get(key) ?? []), text]);
  }
  return exceeded;
}

function isOf(workspace: Workspace, { texts }: Counted): boolean {
  return [...texts].every(([path, text]) => workspace.textOf(path) === text);
}

/**
 * The cost of a declaration: for each of its weights once, and the operations and the memory of the prediction that needs most.
 * `undefined` if no task needs it.
 */
export function costOfPart({ tasks }: ProgramCost, { kind, name }: Pick<PartCost, "kind" | "name">): Cost | undefined {
  const parts = tasks.flatMap((task) => task.parts.filter((part) => part.kind === kind && part.name === name));
  return parts.length === 0 ? undefined : parts.reduce<Cost>(largest, noCost);
}

/** The part of its parameters that the last stage which uses a declaration trains, between 0 and 1; `undefined` if it has none. */
export function trainableShare(
  { stages }: ProgramCost,
  { kind, name }: Pick<PartCost, "kind" | "name">,
): number | undefined {
  for (const { tasks } of stages.toReversed()) {
    const parts = tasks.flatMap((task) => task.parts.filter((part) => part.kind === kind && part.name === name));
    if (parts.length > 0) return shareOf(parts.reduce<Cost>(largest, noCost));
  }
  return undefined;
}

export function shareOf({ parameters, frozen }: Pick<Cost, "parameters" | "frozen">): number | undefined {
  return parameters === 0 ? undefined : (parameters - frozen) / parameters;
}

function largest(one: Cost, other: Cost): Cost {
  return Object.fromEntries(
    Object.keys(noCost).map((name) => [name, Math.max(one[name as keyof Cost], other[name as keyof Cost])]),
  ) as unknown as Cost;
}
