import type { Program } from "../stage/checked-program.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { isPrelude } from "../prelude/prelude.ts";
import type { Obstruction } from "../analysis/length-buckets/obstruction.ts";
import { taskBuckets } from "../analysis/length-buckets/task-buckets.ts";
import { stageOverrides } from "../stage/stage-plan.ts";

/** Reports for each task why it cannot be compiled for shorter texts. */
export function* checkBuckets(program: Program, reporter: Reporter): Generator<undefined, void> {
  const { specification, declarations } = program;
  const found = new Map<
    string,
    { readonly task: string; readonly obstruction: Obstruction; readonly lengths: Set<string> }
  >();
  for (const stage of specification.stages) {
    for (const task of stage.tasks) {
      yield;
      for (const { lengths, obstruction } of taskBuckets(program, {
        stage: stage.name,
        task,
        overrides: stageOverrides(program, stage),
      }).obstructions) {
        const key = JSON.stringify([task, obstruction.origin?.spans ?? obstruction.reason]);
        const known = found.get(key) ?? { task, obstruction, lengths: new Set<string>() };
        found.set(key, known);
        known.lengths.add([...new Set(Object.values(lengths))].join(" and "));
      }
    }
  }
  for (const { task, obstruction, lengths } of found.values()) {
    const [first, ...rest] = obstruction.origin?.spans ?? [];
    const at = first ?? declarations.tasks.get(task)?.name.span;
    const inside = rest
      .slice(-1)
      .filter((span) => isPrelude(span.file))
      .map((span) => ({ at: span, message: "inside this block of the standard library" }));
    if (at)
      reporter.report(
        "length_pinned",
        at,
        { task, lengths: [...lengths].join(", "), reason: obstruction.reason },
        { related: inside },
      );
  }
}
