import type { Program } from "../stage/checked-program.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { isPrelude } from "../prelude/prelude.ts";
import type { Pin } from "../analysis/lengths/align.ts";
import { taskLengths } from "../analysis/lengths/task-lengths.ts";
import { stageOverrides } from "../stage/stage-plan.ts";

/** Says of each task what keeps it from being compiled for shorter texts. */
export function checkBuckets(program: Program, reporter: Reporter): void {
  const { specification, declarations } = program;
  const found = new Map<string, { readonly task: string; readonly pin: Pin; readonly lengths: Set<string> }>();
  for (const stage of specification.stages) {
    for (const task of stage.tasks) {
      for (const { lengths, pin } of taskLengths(program, {
        stage: stage.name,
        task,
        overrides: stageOverrides(program, stage),
      }).pins) {
        const key = JSON.stringify([task, pin.origin?.spans ?? pin.reason]);
        const known = found.get(key) ?? { task, pin, lengths: new Set<string>() };
        found.set(key, known);
        known.lengths.add([...new Set(Object.values(lengths))].join(" and "));
      }
    }
  }
  for (const { task, pin, lengths } of found.values()) {
    const [first, ...rest] = pin.origin?.spans ?? [];
    const at = first ?? declarations.tasks.get(task)?.name.span;
    const inside = rest
      .slice(-1)
      .filter((span) => isPrelude(span.file))
      .map((span) => ({ at: span, message: "inside this block of the standard library" }));
    if (at)
      reporter.report(
        "length_pinned",
        at,
        { task, lengths: [...lengths].join(", "), reason: pin.reason },
        { related: inside },
      );
  }
}
