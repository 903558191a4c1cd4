import { listed } from "../../../compiler/diagnostics/define.ts";
import { classCount } from "../../../compiler/features/features.ts";
import { looksMissing } from "../cells/missing-hint.ts";
import type { LoadedData } from "../load-data.ts";
import type { TaskRows } from "../rows/task-rows.ts";

/** How many names a sentence lists. */
const mostNames = 8;

interface FoundClasses {
  /** Sentences that a user should not miss: declared classes that no training row has, one class alone. */
  readonly warnings: readonly string[];
  /** What may be meant otherwise: outputs that stand for no class, classes that look like nothing. */
  readonly notes: readonly string[];
}

/** What is odd about the classes of the training split. */
export function oddClasses({ tasks, preprocessing }: Pick<LoadedData, "tasks" | "preprocessing">): FoundClasses {
  const found = [...tasks.values()].map((rows) => oddClassesOf(rows, preprocessing.classes[rows.task.name] ?? []));
  return { warnings: found.flatMap(({ warnings }) => warnings), notes: found.flatMap(({ notes }) => notes) };
}

function oddClassesOf(rows: TaskRows, names: readonly string[]): FoundClasses {
  const {
    task: { name, target },
  } = rows;
  if (!("classes" in target) || rows.count("train") === 0) return { warnings: [], notes: [] };
  const counts = countsOf(rows, names.length);
  const unseen = names.filter((_, of) => counts[of] === 0);
  const spare = classCount(target) - names.length;
  const present = names.filter((_, of) => counts[of] !== 0);
  const [only] = present;
  const missing = typeof target.classes === "number" ? present.filter(looksMissing) : [];
  const warnings = [
    ...(unseen.length > 0
      ? [
          `No training row of ${name} has the ${unseen.length === 1 ? "class" : "classes"} ${quoted(unseen)}, so nothing is learnt of ${unseen.length === 1 ? "it" : "them"}.`,
        ]
      : []),
    ...(target.kind === "category" && present.length === 1 && only !== undefined
      ? [`Every training row of ${name} has the class ${quoted([only])}: there is nothing to tell apart.`]
      : []),
  ];
  const notes = [
    ...(spare > 0
      ? [
          `Task ${name} declares ${classCount(target)} classes, and its training rows have ${names.length}: ${quoted(names)}. The other ${spare === 1 ? "output stands" : `${spare} outputs stand`} for no class, and ${spare === 1 ? "takes" : "take"} no part.`,
        ]
      : []),
    ...missing.map(
      (each) =>
        `Task ${name} has a class "${each}"; if such cells say that there is nothing, declare it in the target: missing: ["${each}"].`,
    ),
  ];
  return { warnings, notes };
}

/** Training rows of each class. */
function countsOf(rows: TaskRows, classes: number): readonly number[] {
  const {
    task: { target },
    targets,
  } = rows;
  const counts = Array.from({ length: classes }, () => 0);
  const add = (of: number): void => {
    counts[of] = (counts[of] ?? 0) + 1;
  };
  for (const row of rows.of("train")) {
    const [slot] = targets.slots(row.target);
    if (target.kind === "category") add(slot?.[0] ?? -1);
    else for (let of = 0; of < classes; of++) if ((slot?.[of] ?? 0) > 0.5) add(of);
  }
  return counts;
}

function quoted(names: readonly string[]): string {
  return listed(
    names.map((name) => `"${name}"`),
    mostNames,
  );
}
