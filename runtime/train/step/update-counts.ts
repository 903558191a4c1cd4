import type { Graph } from "../../../compiler/graph/graph.ts";
import { type UpdateRule, ruleOf, scalarsOfRule } from "../../../compiler/differentiate/update-rule.ts";
import type { StagePlan } from "../../../compiler/stage/plan.ts";

/** The number of updates of each update class in a phase; bias correction counts these, not steps. */
export class UpdateCounts {
  readonly #rules: ReadonlyMap<string, UpdateRule>;
  readonly #classOf: ReadonlyMap<string, string>;
  readonly #counts = new Map<string, number>();
  #steps = 0;
  #latest: ReadonlySet<string> = new Set();
  readonly #classesOf = new WeakMap<Graph, ReadonlySet<string>>();

  constructor(plan: Pick<StagePlan, "stage" | "weights">) {
    this.#rules = new Map(plan.weights.map((weight) => [weight.class, ruleOf(plan.stage, weight)]));
    this.#classOf = new Map(plan.weights.map((weight) => [weight.name, weight.class]));
  }

  /**
   * Counts the step that this graph is about to make. Returns the numbers for its inputs of role `update`. `factor`
   * is that of the schedule, on every learning rate.
   */
  count(graph: Graph, factor: number): (updateClass: string, name: string) => number {
    this.begin();
    return this.update(graph, factor);
  }

  /** Counts a step, which may have several updates. */
  begin(): void {
    this.#steps++;
  }

  /** Counts an update within a step; with `owner`, one by the optimizer of this task. */
  update(graph: Graph, factor: number, owner?: string): (updateClass: string, name: string) => number {
    const keyOf = (updateClass: string): string => (owner === undefined ? updateClass : `${owner}/${updateClass}`);
    this.#latest = this.#updatedClasses(graph);
    const scalars = new Map(
      [...this.#latest].map((updateClass) => {
        const rule = this.#rules.get(updateClass);
        if (!rule) throw new Error(`no weights of class ${updateClass}`);
        const count = this.of(keyOf(updateClass)) + 1;
        this.#counts.set(keyOf(updateClass), count);
        return [updateClass, scalarsOfRule(rule, { factor, count, step: this.#steps })];
      }),
    );
    return (updateClass, name) => {
      const value = scalars.get(updateClass)?.[name];
      if (value === undefined) throw new Error(`no update ${name} of class ${updateClass} in ${graph.name}`);
      return value;
    };
  }

  /** Updates of a class so far. */
  of(updateClass: string): number {
    return this.#counts.get(updateClass) ?? 0;
  }

  /** Updates of any weights so far: one a step. */
  get steps(): number {
    return this.#steps;
  }

  /** True if the latest update was of this class too. */
  isLatest(updateClass: string): boolean {
    return this.#latest.has(updateClass);
  }

  state(): { readonly [updateClass: string]: number } {
    return Object.fromEntries(this.#counts);
  }

  restore(state: { readonly [updateClass: string]: number }, steps: number): void {
    this.#steps = steps;
    this.#counts.clear();
    for (const [updateClass, count] of Object.entries(state)) this.#counts.set(updateClass, count);
  }

  #updatedClasses(graph: Graph): ReadonlySet<string> {
    const known =
      this.#classesOf.get(graph) ??
      new Set(
        graph.outputs.flatMap(({ role }) => (role.kind === "weight" ? (this.#classOf.get(role.weight) ?? []) : [])),
      );
    this.#classesOf.set(graph, known);
    return known;
  }
}
