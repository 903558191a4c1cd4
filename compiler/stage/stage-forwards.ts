import { candidatesOf } from "../targets/drawn-rows.ts";
import { findFrozenCut, prefixOf, restOf } from "../analysis/frozen-prefix.ts";
import { commonBuckets } from "../analysis/length-buckets/common-buckets.ts";
import { shorterForward } from "../analysis/length-buckets/shorter-forward.ts";
import { taskBuckets } from "../analysis/length-buckets/task-buckets.ts";
import { createReporter } from "../diagnostics/reporter.ts";
import type { Elaboration, Mode } from "../elaborate/elaboration.ts";
import { type ForwardRequest, elaborateForward } from "../elaborate/forward.ts";
import type { Value } from "../elaborate/value.ts";
import { type Graph, roleName } from "../graph/graph.ts";
import { removeDeadCode } from "../graph/remove-dead-code.ts";
import { distributeProducts } from "../passes/distribute-products.ts";
import type { ResolvedStage } from "../schema/resolved.ts";
import type { Program } from "./checked-program.ts";
import { frozenSettings } from "./frozen-settings.ts";
import { evaluatedPlaces } from "./frozen-scopes.ts";
import { memoised, once } from "./memoised.ts";
import {
  type ForwardGraph,
  type ForwardPass,
  type GraphVariant,
  type TextLengths,
  passName,
  variantKey,
} from "./plan.ts";
import { sharedPass } from "./shared-pass.ts";
import { stageWeights } from "./stage-weights.ts";

export interface StageSettings {
  readonly stage: ResolvedStage;
  readonly tasks: readonly string[];
  readonly forTask: string | undefined;
  readonly overrides: ReadonlyMap<string, Value>;
  readonly batchOf: (task: string) => number;
}

type Key = readonly [tasks: readonly string[], mode: Mode, variant: GraphVariant];

const keyOf = (...[tasks, mode, variant]: Key): string => [passName(tasks), mode, variantKey(variant)].join("\u0000");

/** The forward graphs of a stage, each made when it is first requested. */
export class StageForwards {
  readonly #program: Program;
  readonly #settings: StageSettings;

  constructor(program: Program, settings: StageSettings) {
    this.#program = program;
    this.#settings = settings;
  }

  readonly weights = once(() => {
    const { stage, tasks, forTask } = this.#settings;
    return stageWeights(
      stage,
      tasks.map((task) => this.#allTraining(task).forward),
      forTask,
    );
  });

  readonly isEvaluated = once(() => evaluatedPlaces(this.#settings.stage, this.weights()));

  /** Every scope that has a mode, in the graphs of a task. */
  placesOf(task: string): readonly string[] {
    return [...this.#allTraining(task).elaboration.modes.keys()];
  }

  /** The lengths at which every task of a pass can be compiled. */
  readonly buckets = memoised(passName, (tasks: readonly string[]): readonly TextLengths[] => {
    const { stage, overrides } = this.#settings;
    const { specification } = this.#program;
    const isEvaluated = this.isEvaluated();
    return commonBuckets(
      tasks.map((task) => ({
        texts: specification.tasks[task]?.inputs.map(({ modality }) => modality) ?? [],
        lengths: taskBuckets(this.#program, {
          stage: stage.name,
          task,
          overrides,
          evaluated: this.placesOf(task).filter(isEvaluated),
        }).lengths,
      })),
    );
  });

  /** True if no two tasks of a pass would set one state to different values. */
  readonly canBePass = memoised(
    passName,
    (tasks: readonly string[]): boolean => !("kind" in this.#joined(tasks, "train", {})),
  );

  /** The number of rows with no more candidates than a batch in training has. */
  evaluationBatch(tasks: readonly string[]): number {
    const sizes = tasks.map((name) => {
      const task = this.#program.specification.tasks[name];
      const most = (mode: Mode): number => (task && candidatesOf(task, mode)?.most) ?? 1;
      const batch = this.#settings.batchOf(name);
      return Math.max(1, Math.min(batch, Math.floor((batch * most("train")) / most("evaluate"))));
    });
    return Math.min(...sizes);
  }

  /** The pass of some tasks; with `prefix: "given"`, what follows its frozen prefix. */
  pass(tasks: readonly string[], mode: Mode, { prefix, ...given }: GraphVariant): ForwardPass {
    const variant = mode === "evaluate" ? { batch: this.evaluationBatch(tasks), ...given } : given;
    const whole = this.#whole(tasks, mode, variant);
    if (prefix === undefined || mode === "predict") return whole;
    const { found } = this.#cut(tasks, mode, { lengths: variant.lengths ?? {} });
    return found ? { ...whole, graph: restOf(whole.graph, found.values) } : whole;
  }

  /** The values that a task reads instead of weights; `undefined` if none is adapted. */
  adapted(task: string): Graph | undefined {
    const { graph, adapted } = this.#forward([task], "predict", { batch: 1, rows: "own" });
    const outputs = [...adapted].map(([stream, value]) => {
      const role = { kind: "stream", stream } as const;
      return { name: roleName(role), role, value };
    });
    if (outputs.length === 0) return undefined;
    return removeDeadCode({ ...graph, name: `${task}/adapted`, outputs }, { unusedInputs: "drop" });
  }

  /** The frozen prefix of a pass for one row; `undefined` where it would spare no product. */
  prefix(tasks: readonly string[], mode: "train" | "evaluate", lengths: TextLengths): Graph | undefined {
    const { found } = this.#cut(tasks, mode, { lengths });
    return found && prefixOf(this.#whole(tasks, mode, { batch: 1, lengths }).graph, found.values);
  }

  readonly #cut = memoised(keyOf, (tasks: readonly string[], mode: Mode, { lengths = {} }: GraphVariant) => {
    const { stage, batchOf } = this.#settings;
    if (stage.cache === "off" || mode === "predict") return { found: undefined };
    // The values are computed row by row, so the cut is proved on the graph of one row beside that of several.
    const rows = Math.max(2, ...tasks.map(batchOf));
    const settings = { rows, ...frozenSettings(this.#program, tasks, mode, this.weights()) };
    const graphOf = (batch: number): Graph => this.#whole(tasks, mode, { batch, lengths }).graph;
    return { found: findFrozenCut(graphOf(rows), settings, () => graphOf(1)) };
  });

  #whole(tasks: readonly string[], mode: Mode, variant: GraphVariant): ForwardPass {
    const joined = this.#joined(tasks, mode, variant);
    if ("kind" in joined)
      throw new Error(`the tasks ${joined.tasks.join(", ")} would set the state "${joined.state}" to different values`);
    return joined;
  }

  readonly #joined = memoised(keyOf, (tasks: readonly string[], mode: Mode, variant: GraphVariant) => {
    const rows = tasks.length > 1 ? "shared" : "own";
    const forwards = tasks.map((task) => this.#forward([task], mode, { ...variant, rows }));
    const pass = sharedPass(this.#program.specification, forwards);
    const isDistributed = mode === "train" && forwards.some(({ adapted }) => adapted.size > 0);
    return isDistributed && !("kind" in pass) ? { ...pass, graph: distributeProducts(pass.graph) } : pass;
  });

  readonly #forward: (tasks: readonly [string], mode: Mode, variant: OwnVariant) => ForwardGraph = memoised(
    (tasks, mode, { rows, ...variant }) => `${keyOf(tasks, mode, variant)}\u0000${rows}`,
    ([task]: readonly [string], mode: Mode, { batch, lengths = {}, rows, weights }: OwnVariant) => {
      const { batchOf, overrides, stage } = this.#settings;
      const isEvaluated = this.isEvaluated();
      const adapt: ForwardRequest["adapt"] = weights === "merged" ? "nothing" : "weights";
      const own = { task, mode, stage: stage.name, rows, adapt, isEvaluated };
      const request = { ...own, batch: batch ?? batchOf(task), overrides };
      if (Object.keys(lengths).length === 0) {
        const isMade =
          mode === "train" &&
          rows === "own" &&
          request.batch === batchOf(task) &&
          !this.placesOf(task).some(isEvaluated);
        return isMade ? this.#allTraining(task).forward : elaborated(this.#program, request).forward;
      }
      const full = this.#forward([task], mode, { batch: request.batch, rows });
      const shorter = shorterForward(this.#program, { ...request, lengths }, full);
      if (shorter.kind === "obstruction")
        throw new Error(`the task "${task}" cannot be compiled at ${variantKey({ lengths })}: ${shorter.reason}`);
      return shorter.forward;
    },
  );

  /**
   * The training graph of a task in which nothing is in evaluation mode. It gives the weights of each scope, from which the frozen scopes are
   * found.
   */
  readonly #allTraining = memoised(
    (task) => task,
    (task: string) => {
      const { batchOf, overrides, stage } = this.#settings;
      return elaborated(this.#program, { task, mode: "train", stage: stage.name, batch: batchOf(task), overrides });
    },
  );
}

interface OwnVariant extends Pick<GraphVariant, "batch" | "lengths" | "weights"> {
  readonly rows: Elaboration["rows"];
}

export function elaborated(
  program: Program,
  request: Omit<ForwardRequest, "reporter">,
): { readonly elaboration: Elaboration; readonly forward: ForwardGraph } {
  const reporter = createReporter();
  const { elaboration, forward } = elaborateForward(program, { ...request, reporter });
  // The program was checked with another batch size and mode, which do not change shapes without the batch.
  if (!forward)
    throw new Error(
      `the task "${request.task}" cannot be elaborated: ${reporter.diagnostics.map((diagnostic) => diagnostic.message).join(" ")}`,
    );
  return { elaboration, forward };
}
