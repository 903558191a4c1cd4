import { dirname, resolve } from "node:path";
import { Option } from "commander";
import { counted } from "../../compiler/counted.ts";
import { renderTable } from "../../compiler/diagnostics/render/text-table.ts";
import type { Tensors } from "../../runtime/checkpoint/checkpoint.ts";
import type { WeightDifference } from "../../runtime/model/compare-weights.ts";
import { UserError } from "../../runtime/user-error.ts";
import type { Session, VerbOf } from "../verb.ts";

interface WeightsOptions {
  readonly take?: readonly string[];
  readonly out?: string;
  readonly half?: true;
  readonly compare?: string;
  readonly fork?: string;
  readonly checkpoint: "best" | "last";
  readonly merge?: true;
  readonly task?: string;
  readonly with?: readonly string[];
  readonly method: string;
  readonly base?: string;
  readonly json?: true;
}

const collect = (pattern: string, known: readonly string[] = []): readonly string[] => [...known, pattern];

export const weights: VerbOf<WeightsOptions> = {
  name: "weights",
  summary: "List, take, merge or compare the weights of a run, of a model/ or of a safetensors file.",
  examples: [
    ["mtl weights runs/mt_dnn-0001", "names, shapes and sizes"],
    [
      'mtl weights runs/topics-0001 --take "**.adapter.**" --out adapters/topics.safetensors',
      "the weights of the adapters, for `init: from`",
    ],
    ["mtl weights runs/topics-0001 --compare runs/base-0001", "the weights that differ, and how much"],
    [
      'mtl weights runs/a-0001 --with runs/b-0001 --method "ties(density: 20%)" --base runs/start-0001 --out ab.safetensors',
      "two models that began with the same weights as one",
    ],
    [
      "mtl weights runs/topics-0001 --merge --out topics.safetensors",
      "what `adapt` makes of the weights, for a specification without it",
    ],
  ],
  configure: (command) =>
    command
      .argument("<run>", "a run folder, its model/, or a safetensors file")
      .option("--take <pattern>", "only weights whose names match, `**.adapter.**`; may be repeated", collect)
      .option("--out <file>", "write the weights to a safetensors file")
      .option("--half", "with --out: in half precision, which `init: from` reads as well")
      .option("--compare <run>", "another run, model/ or safetensors file")
      .option("--merge", "each weight that `adapt` matches with the value that is read instead of it")
      .option("--task <name>", "with --merge, the task whose values are meant")
      .option("--with <run>", "merge them with those of this run, model/ or file; may be repeated", collect)
      .option("--method <method>", "with --with, as in `init: merge`: `ties(density: 20%)`", "average")
      .option("--base <run>", "with --with, the weights with which the models began")
      .option("--fork <task>", "the task whose weights are meant, if the run ended in a fork")
      .addOption(new Option("--checkpoint <name>", "of a run").choices(["best", "last"]).default("best"))
      .option("--json", "print an array instead of a table"),
  async run(session, [path = ""], options) {
    const { compareWeights } = await import("../../runtime/model/compare-weights.ts");
    const read = (of: string) => readTaken(session, of, options);
    const first = options.merge
      ? await taken(await readMerged(session, path, options), path, options)
      : await read(path);
    const own = await mergedWithOthers(first, options, read);
    if (options.out !== undefined) await write(session, own, { ...options, out: options.out, of: path });
    if (options.compare !== undefined) {
      const differences = compareWeights(own, await read(options.compare));
      if (options.json) session.emit(lines(differences));
      else session.print(renderDifferences(differences));
    } else if (options.json)
      session.emit(lines([...own].map(([name, { shape, data }]) => ({ name, shape, numbers: data.length }))));
    else if (options.out === undefined) session.print(renderWeights(own));
    return 0;
  },
};

function lines(values: unknown): string {
  return `${JSON.stringify(values, undefined, 2)}\n`;
}

async function readMerged({ io }: Session, path: string, { task, checkpoint }: WeightsOptions): Promise<Tensors> {
  if (checkpoint === "last")
    throw new UserError("usage", "`--merge` takes the best checkpoint.", "Leave out `--checkpoint last`.");
  const { mergedModel } = await import("../../runtime/model/merged-model.ts");
  return mergedModel({ path: resolve(io.cwd, path), ...(task === undefined ? {} : { task }) });
}

/** The weights, merged with those of `--with`. */
async function mergedWithOthers(
  first: Tensors,
  { with: others = [], method, base }: WeightsOptions,
  read: (of: string) => Promise<Tensors>,
): Promise<Tensors> {
  if (others.length === 0) {
    if (base === undefined && method === "average") return first;
    throw new UserError("usage", "There is nothing to merge with.", "Name the other models: `--with RUN`.");
  }
  const { mergeTables } = await import("../../runtime/model/merge-tables.ts");
  const models = [first];
  for (const other of others) models.push(await read(other));
  return mergeTables({ models, method, ...(base === undefined ? {} : { base: await read(base) }) });
}

async function readTaken({ io }: Session, path: string, { fork, ...options }: WeightsOptions): Promise<Tensors> {
  const { readWeights } = await import("../../runtime/model/read-weights.ts");
  const all = await readWeights({
    path: resolve(io.cwd, path),
    checkpoint: options.checkpoint,
    ...(fork === undefined ? {} : { fork }),
  });
  return taken(all, path, options);
}

async function taken(all: Tensors, path: string, { take }: Pick<WeightsOptions, "take">): Promise<Tensors> {
  const { globMatches } = await import("../../compiler/stage/weight-patterns.ts");
  const matching = new Map([...all].filter(([name]) => !take || take.some((pattern) => globMatches(pattern, name))));
  if (matching.size > 0) return matching;
  const [first = "none"] = all.keys();
  throw new UserError(
    "usage",
    `No weight of ${path} matches ${(take ?? []).join(", ")}.`,
    `It has ${all.size} weights; the first is ${first}. \`mtl weights ${path}\` lists all.`,
  );
}

interface Written extends Pick<WeightsOptions, "half"> {
  readonly out: string;
  /** The model whose vocabularies and classes tell what the rows of the weights are. */
  readonly of: string;
}

async function write({ io, note }: Session, own: Tensors, { out, half, of }: Written): Promise<void> {
  const { writeHalf, writeTensors } = await import("../../runtime/checkpoint/checkpoint.ts");
  const { learntAsMetadata, learntOf } = await import("../../runtime/pretrained/learnt.ts");
  const { mkdir } = await import("node:fs/promises");
  const file = resolve(io.cwd, out);
  await mkdir(dirname(file), { recursive: true });
  const metadata = learntAsMetadata(await learntOf(resolve(io.cwd, of)));
  await (half ? writeHalf : writeTensors)(file, own, { metadata });
  note(`Wrote ${counted(own.size, "weight")} to ${out}. A stage starts from them with \`init: from("${out}")\`.`);
}

function renderWeights(own: Tensors): string {
  const rows = [...own].map(([name, { shape, data }]) => [
    name,
    shape.join(" × "),
    data.length.toLocaleString("en-US"),
  ]);
  const sum = [...own.values()].reduce((total, { data }) => total + data.length, 0);
  return renderTable(
    ["weight", "shape", "numbers"],
    [...rows, [`all ${own.size}`, "", sum.toLocaleString("en-US")]],
    ["numbers"],
  );
}

function renderDifferences(differences: readonly WeightDifference[]): string {
  const equal = differences.filter(({ kind }) => kind === "equal").length;
  const rows = differences.filter(({ kind }) => kind !== "equal").map((each) => [each.name, ...describe(each)]);
  return renderTable(
    ["weight", "difference", "largest"],
    [...rows, [`${equal} of ${differences.length} are equal`, "", ""]],
    ["largest"],
  );
}

function describe(difference: WeightDifference): readonly [string, string] {
  switch (difference.kind) {
    case "equal":
      return ["", ""];
    case "changed":
      return [`${(100 * difference.relative).toPrecision(3)} % of its norm`, difference.largest.toExponential(2)];
    case "shape":
      return [`[${difference.left.join(" × ")}] and [${difference.right.join(" × ")}]`, ""];
    case "left":
      return ["only in the first", ""];
    case "right":
      return ["only in the second", ""];
  }
}
