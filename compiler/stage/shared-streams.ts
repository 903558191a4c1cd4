import type { ForwardRequest } from "../elaborate/forward.ts";
import { namedStreams } from "../elaborate/named-streams.ts";
import type { Value as StreamValue } from "../elaborate/value.ts";
import { GraphBuilder } from "../graph/builder.ts";
import type { Value } from "../graph/graph.ts";
import type { Program } from "./checked-program.ts";
import type { ForwardGraph } from "./plan.ts";
import { sharedPass } from "./shared-pass.ts";
import { elaborated } from "./stage-forwards.ts";

/** By named stream: the tasks that use it, in groups for which training computes it once. */
export type SharedStreams = ReadonlyMap<string, readonly (readonly string[])[]>;

export interface SharedStreamsSettings {
  /** The tasks of a stage by what an update computes together. */
  readonly passes: readonly (readonly string[])[];
  readonly batchOf: (task: string) => number;
  readonly overrides: ReadonlyMap<string, StreamValue>;
}

/** The named streams of a stage's tasks; empty if each task is trained by itself. */
export function sharedStreams(program: Program, { passes, batchOf, overrides }: SharedStreamsSettings): SharedStreams {
  if (passes.every((tasks) => tasks.length === 1)) return new Map();
  const streams = new Map<string, (readonly string[])[]>();
  for (const tasks of passes) {
    const batch = batchOf(tasks[0] ?? "");
    const forwards = tasks.map((task) => withStreams(program, { task, batch, overrides }));
    const pass = sharedPass(program.specification, forwards);
    if ("kind" in pass) throw new Error(`${tasks.join(", ")} would set the state "${pass.state}" to different values`);
    const users = new Map<string, Map<Value, string[]>>();
    for (const { role, value } of pass.graph.outputs) {
      if (role.kind !== "stream") continue;
      const ofStream = users.get(role.stream) ?? new Map<Value, string[]>();
      users.set(role.stream, ofStream);
      ofStream.set(value, [...(ofStream.get(value) ?? []), role.task ?? tasks[0] ?? ""]);
    }
    for (const [name, groups] of users) streams.set(name, [...(streams.get(name) ?? []), ...groups.values()]);
  }
  return streams;
}

/** The training graph of a task with its named streams as outputs. */
function withStreams(program: Program, settings: Pick<ForwardRequest, "task" | "batch" | "overrides">): ForwardGraph {
  const { elaboration, forward } = elaborated(program, { mode: "train", rows: "shared", ...settings });
  const builder = GraphBuilder.from(forward.graph);
  for (const { name, stream } of namedStreams(elaboration))
    builder.output({ kind: "stream", stream: name }, stream.value);
  return { ...forward, graph: builder.build(forward.graph.name) };
}
