import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openNativeBuild } from "../../runtime/engines/onnx-native.ts";
import { OnnxEngine } from "../../runtime/engines/onnx.ts";
import { graphCandidate } from "../graph-candidate.ts";
import { quantile } from "../interleave.ts";
import type { Section } from "../section.ts";
import { type Size, sizes } from "../size.ts";
import { digits, table } from "../table.ts";

interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  /** The duration in microseconds. */
  readonly dur: number;
  readonly args: { readonly op_name?: string; readonly output_size?: string };
}

interface Operator {
  calls: number;
  milliseconds: number;
  megabytes: number;
}

const PRODUCTS = new Set(["MatMul", "FusedMatMul", "Gemm"]);

export const operators: Section = {
  name: "operators",
  title: "Time of a step by operator",
  run: async ({ note }) => {
    const parts: string[] = [];
    for (const dropout of [0, 10]) {
      note(`dropout ${dropout} %`);
      parts.push(describe(await profile({ ...sizes.middle, dropout }), dropout));
    }
    return `ONNX Runtime's profile of the middle size on one thread. Each node counts with its fastest run, which other work on the machine hardly affects, and the nodes of an operator are added up.
All operators except matrix products are passes over memory. The update of the weights is not included, since it is a loop of the host and not part of the graph.

${parts.join("\n\n")}`;
  },
};

const STEPS = 40;

async function profile(size: Size): Promise<ReadonlyMap<string, Operator>> {
  const folder = await mkdtemp(join(tmpdir(), "mtl-bench-"));
  const build = await openNativeBuild({ threads: 1, importModule: (specifier) => import(specifier) });
  const engine = new OnnxEngine({
    ...build,
    sessionOptions: { ...build.sessionOptions, enableProfiling: true, profileFilePrefix: join(folder, "profile") },
  });
  const candidate = await graphCandidate("ours", size, engine);
  await candidate.steps(STEPS);
  // The file is written when the session ends.
  await candidate.dispose();
  const [file = ""] = await readdir(folder);
  const events = (JSON.parse(await readFile(join(folder, file), "utf8")) as readonly ProfileEvent[]).filter(
    ({ cat, name }) => cat === "Node" && name.endsWith("_kernel_time"),
  );
  await rm(folder, { recursive: true });
  return byOperator(events);
}

function byOperator(events: readonly ProfileEvent[]): ReadonlyMap<string, Operator> {
  const nodes = new Map<string, ProfileEvent[]>();
  for (const event of events) nodes.set(event.name, [...(nodes.get(event.name) ?? []), event]);
  const sums = new Map<string, Operator>();
  for (const [first, ...rest] of nodes.values()) {
    const name = first?.args.op_name ?? "?";
    const sum = sums.get(name) ?? { calls: 0, milliseconds: 0, megabytes: 0 };
    sum.calls++;
    sum.milliseconds +=
      quantile(
        [first, ...rest].map((event) => event?.dur ?? 0),
        0,
      ) / 1000;
    sum.megabytes += Number(first?.args.output_size ?? 0) / 1e6;
    sums.set(name, sum);
  }
  return sums;
}

function describe(sums: ReadonlyMap<string, Operator>, dropout: number): string {
  const sorted = [...sums].sort(([, left], [, right]) => right.milliseconds - left.milliseconds);
  const total = sorted.reduce((sum, [, { milliseconds }]) => sum + milliseconds, 0);
  const products = sorted.reduce((sum, [name, { milliseconds }]) => sum + (PRODUCTS.has(name) ? milliseconds : 0), 0);
  const shown = sorted.filter(([, { milliseconds }]) => milliseconds >= 0.1);
  const rows = shown.map(([name, { calls, milliseconds, megabytes }]) => [
    name,
    String(calls),
    digits(milliseconds),
    digits(megabytes),
  ]);
  return `Dropout ${dropout} %: ${digits(total)} ms, of which matrix products ${digits(products)} ms.\n\n${table(["operator", "nodes", "ms", "MB written"], rows)}`;
}
