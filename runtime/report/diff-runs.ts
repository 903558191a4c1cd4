import { compileRun } from "./compile-run.ts";
import { type ModelFacts, modelFacts } from "./model-facts.ts";
import { type RunRecord, readRun } from "./run-record.ts";

/** A property in which two runs differ; `undefined` for a run that lacks it. */
export interface Difference {
  readonly about: "graph" | "weight" | "cost" | "training" | "specification" | "circumstance" | "result";
  /**
   * `stream gist, shape`, `stages.fit.optimizer.rate`, `seen.transformer.0.ffn.up.kernel`, `species accuracy test`; a
   * path for all below it that one side lacks.
   */
  readonly name: string;
  readonly left: string | undefined;
  readonly right: string | undefined;
}

type Facts = ReadonlyMap<string, string>;

interface ComparedRun {
  readonly run: RunRecord;
  readonly model: ModelFacts;
}

/**
 * Compares two runs: the graphs and weights of their models, what they cost, how they are trained, everything else of
 * their specifications with every default, how they ran, and their results.
 *
 * @param leftRun - The path of a run folder.
 * @param rightRun - The path of another one.
 * @throws UserError of kind `data` if one of them is not a run, or is damaged.
 */
export async function diffRuns(leftRun: string, rightRun: string): Promise<readonly Difference[]> {
  const [left, right] = [await readCompared(leftRun), await readCompared(rightRun)];
  const compared: readonly (readonly [Difference["about"], (side: ComparedRun) => Facts])[] = [
    ["graph", ({ model }) => model.graph],
    ["weight", ({ run }) => new Map([...run.weights].map(([name, shape]) => [name, `[${shape.join(" × ")}]`]))],
    ["cost", ({ model }) => model.cost],
    ["training", ({ run }) => leaves({ stages: run.program.specification.stages })],
    ["specification", ({ run }) => leaves({ ...run.program.specification, stages: {} })],
    ["circumstance", ({ run }) => circumstances(run)],
    [
      "result",
      ({ run }) =>
        new Map(
          run.results.map(({ task, name, split, value }) => [
            `${task} ${name} ${split}`,
            value === null ? "not defined" : value.toFixed(4),
          ]),
        ),
    ],
  ];
  return compared.flatMap(([about, factsOf]) => differences(about, factsOf(left), factsOf(right)));
}

async function readCompared(folder: string): Promise<ComparedRun> {
  const run = await readRun(folder);
  return { run, model: modelFacts(compileRun(run)) };
}

function circumstances({ lock, steps }: RunRecord): Facts {
  const { mtl, node, engine, threads, seeds, data } = lock;
  return leaves({ mtl, node, engine, threads, steps, seeds, data });
}

function differences(about: Difference["about"], left: Facts, right: Facts): readonly Difference[] {
  const names = [...new Set([...left.keys(), ...right.keys()])].filter((name) => left.get(name) !== right.get(name));
  const lacking = new Map(
    names.flatMap((name) =>
      left.has(name) && right.has(name) ? [] : [[name, absentPath(name, left.has(name) ? right : left)]],
    ),
  );
  const paths = [...new Set(names.map((name) => lacking.get(name) ?? name))];
  return paths.map((path) => {
    const below = names.filter((name) => (lacking.get(name) ?? name) === path);
    return {
      about,
      name: below.length === 1 ? (below[0] ?? path) : path,
      left: valuesBelow(path, below, left),
      right: valuesBelow(path, below, right),
    };
  });
}

/** The shortest prefix of a name, of two segments or more, that no name of the other run has. */
function absentPath(name: string, facts: Facts): string {
  const segments = name.split(".");
  const paths = segments.map((_, index) => segments.slice(0, index + 1).join(".")).slice(1);
  return (
    paths.find((path) => ![...facts.keys()].some((known) => known === path || known.startsWith(`${path}.`))) ?? name
  );
}

/** The value, or `optimizer.kind: adamw, batch: 64` of several. */
function valuesBelow(path: string, names: readonly string[], facts: Facts): string | undefined {
  const [only, ...others] = names.filter((name) => facts.has(name));
  if (only === undefined || others.length === 0) return only === undefined ? undefined : facts.get(only);
  return [only, ...others].map((name) => `${name.slice(path.length + 1)}: ${facts.get(name) ?? ""}`).join(", ");
}

/**
 * The plain values in a tree of objects and lists, by path. Members of a list that have a name are keyed by it, so that
 * an added stage does not change the paths of others.
 */
function leaves(value: unknown, path = ""): Facts {
  if (typeof value !== "object" || value === null) return new Map([[path, String(value)]]);
  const entries = Array.isArray(value)
    ? value.map((item, index): [string, unknown] => [nameOf(item) ?? String(index), item])
    : Object.entries(value);
  return new Map(entries.flatMap(([key, inner]) => [...leaves(inner, path === "" ? key : `${path}.${key}`)]));
}

function nameOf(value: unknown): string | undefined {
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string"
    ? value.name
    : undefined;
}
