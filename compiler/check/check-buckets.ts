import type { Program } from "../checked-program.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { isPrelude } from "../elaborate/elaboration.ts";
import type { Pin } from "../lengths/align.ts";
import { bucketsOf } from "../lengths/buckets.ts";
import { pinOf } from "../lengths/shorter-forward.ts";
import { stageOverrides } from "../stage-plan.ts";

/** Says of each task what keeps it from being compiled for shorter texts. */
export function checkBuckets(program: Program, reporter: Reporter): void {
  const { specification, declarations } = program;
  const found = new Map<string, { readonly task: string; readonly pin: Pin; readonly lengths: Set<string> }>();
  for (const stage of specification.stages) {
    for (const name of stage.tasks) {
      const task = specification.tasks[name];
      for (const lengths of task ? bucketsOf(task, specification) : []) {
        const pin = pinOf(program, { task: name, overrides: stageOverrides(program, stage), lengths });
        const key = JSON.stringify([name, pin?.origin?.spans ?? pin?.reason]);
        const known = pin && (found.get(key) ?? { task: name, pin, lengths: new Set<string>() });
        if (known) found.set(key, known);
        known?.lengths.add([...new Set(Object.values(lengths))].join(" and "));
      }
    }
  }
  for (const { task, pin, lengths } of found.values()) {
    const [first, ...rest] = pin.origin?.spans ?? [];
    const at = first ?? declarations.tasks.get(task)?.name.span;
    const inside = rest.slice(-1).filter((span) => isPrelude(span.file)).map((span) => ({ at: span, message: "inside this block of the standard library" }));
    if (at) reporter.report("length_pinned", at, { task, lengths: [...lengths].join(", "), reason: pin.reason }, { related: inside });
  }
}
