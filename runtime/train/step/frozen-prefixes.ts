import {
  type GraphVariant,
  type Pass,
  type StagePlan,
  type TextLengths,
  passName,
  variantKey,
} from "../../../compiler/stage/plan.ts";
import type { Batch, Data, SharedData } from "../../data/data.ts";
import type { Engine } from "../../engines/engine.ts";
import { PrefixValues } from "./prefix-values.ts";
import type { PreparedStep } from "../supply/step-supply.ts";
import type { TensorStore } from "./tensor-store.ts";

type PrefixMode = "train" | "evaluate";

export interface FrozenPrefixesSettings {
  readonly plan: StagePlan;
  readonly engine: Engine;
  readonly store: TensorStore;
  readonly data: Pick<Data, "cacheFolder">;
}

/** The frozen prefixes of a stage's graphs: which graphs go without them, and their values for batches. */
export class FrozenPrefixes {
  readonly #settings: FrozenPrefixesSettings;
  readonly #values = new Map<string, PrefixValues | undefined>();

  constructor(settings: FrozenPrefixesSettings) {
    this.#settings = settings;
  }

  /** The variant of a task's graphs at a length. It reads the values of its frozen prefix as inputs, if it has one. */
  variantOf(pass: Pass, mode: PrefixMode, lengths: TextLengths): GraphVariant {
    return this.#valuesOf(pass, mode, lengths) ? { lengths, prefix: "given" } : { lengths };
  }

  /** The step with the values of frozen prefixes added to those batches whose variants read them. */
  async given({ passes }: PreparedStep): Promise<PreparedStep> {
    const complete = [];
    for (const { tasks, batches, ...rest } of passes) {
      const filled = [];
      for (const each of batches)
        filled.push(
          each.variant.prefix === "given"
            ? { ...each, batch: await this.#fill(each.batch, tasks, "train", each.variant.lengths) }
            : each,
        );
      complete.push({ ...rest, tasks, batches: filled });
    }
    return { passes: complete };
  }

  /** Data whose batches contain the values that the graphs of evaluation read. */
  evaluated(data: Data): Data {
    const { shared } = data;
    const ofPass = (tasks: readonly string[], rows: SharedData): SharedData => ({
      ...rows,
      batch: async (request) =>
        this.#fill(await rows.batch(request), request.tasks ?? tasks, "evaluate", request.lengths),
    });
    return {
      ...data,
      batch: async (request) => this.#fill(await data.batch(request), request.task, "evaluate", request.lengths),
      ...(shared ? { shared: (tasks) => ofPass(tasks, shared(tasks)) } : {}),
    };
  }

  async close(): Promise<void> {
    for (const values of this.#values.values()) await values?.close();
    this.#values.clear();
  }

  async #fill(batch: Batch, pass: Pass, mode: PrefixMode, lengths: TextLengths = {}): Promise<Batch> {
    return (await this.#valuesOf(pass, mode, lengths)?.addTo(batch, passName(pass))) ?? batch;
  }

  /** The values at a length; each length has its own. */
  #valuesOf(pass: Pass, mode: PrefixMode, lengths: TextLengths): PrefixValues | undefined {
    const key = `${passName(pass)} ${mode} ${variantKey({ lengths })}`;
    if (this.#values.has(key)) return this.#values.get(key);
    const { plan, engine, store, data } = this.#settings;
    const graph = plan.prefix?.(pass, mode, lengths);
    const values = graph && new PrefixValues({ graph, engine, store, cacheFolder: data.cacheFolder });
    this.#values.set(key, values);
    return values;
  }
}
