import { listed } from "../../../compiler/diagnostics/define.ts";
import type { Classes } from "../../../compiler/targets/target.ts";
import { targetOf } from "../../../compiler/targets/index.ts";
import { looksMissing } from "../cells/missing-hint.ts";
import type { LoadedData } from "../load-data.ts";
import type { TaskRows } from "../rows/task-rows.ts";

/** The number of names that a sentence lists. */
const mostNames = 8;

interface FoundClasses {
  /** Sentences about likely mistakes: a declared class without a training row, or a single class. */
  readonly warnings: readonly string[];
  /** Sentences about possible mistakes: outputs without a class, and classes that look like a missing cell. */
  readonly notes: readonly string[];
}

/** Warnings and notes about the classes of the training split. */
export function oddClasses({ tasks, preprocessing }: Pick<LoadedData, "tasks" | "preprocessing">): FoundClasses {
  const found = [...tasks.values()].map((rows) => oddClassesOf(rows, preprocessing.classes[rows.task.name] ?? []));
  return { warnings: found.flatMap(({ warnings }) => warnings), notes: found.flatMap(({ notes }) => notes) };
}

function oddClassesOf(rows: TaskRows, names: readonly string[]): FoundClasses {
  const {
    task: { name, target },
  } = rows;
  const { classes } = targetOf(target);
  if (!classes || rows.count("train") === 0) return { warnings: [], notes: [] };
  const counts = countsOf(rows, names.length, classes);
  const unseen = names.filter((_, of) => counts[of] === 0);
  const spare = classes.count - names.length;
  const present = names.filter((_, of) => counts[of] !== 0);
  const [only] = present;
  const missing = classes.names ? [] : present.filter(looksMissing);
  const warnings = [
    ...(unseen.length > 0
      ? [
          `No training row of ${name} has the ${unseen.length === 1 ? "class" : "classes"} ${quoted(unseen)}, so nothing is learnt of ${unseen.length === 1 ? "it" : "them"}.`,
        ]
      : []),
    ...(classes.perRow === "one" && present.length === 1 && only !== undefined
      ? [`Every training row of ${name} has the class ${quoted([only])}: there is nothing to learn.`]
      : []),
  ];
  const notes = [
    ...(spare > 0
      ? [
          `Task ${name} declares ${classes.count} classes, and its training rows have ${names.length}: ${quoted(names)}. The other ${spare === 1 ? "output is" : `${spare} outputs are`} not used.`,
        ]
      : []),
    ...missing.map(
      (each) =>
        `Task ${name} has a class "${each}"; if such cells mean a missing value, declare it in the target: missing: ["${each}"].`,
    ),
  ];
  return { warnings, notes };
}

/** The number of training rows of each class. */
function countsOf(rows: TaskRows, count: number, { perRow }: Classes): readonly number[] {
  const counts = Array.from({ length: count }, () => 0);
  const add = (index: number): void => {
    counts[index] = (counts[index] ?? 0) + 1;
  };
  for (const row of rows.of("train")) {
    const [slot] = rows.targets.slots(row.target);
    if (perRow === "any number") {
      for (let index = 0; index < count; index++) if ((slot?.[index] ?? 0) > 0.5) add(index);
    } else for (const index of new Set(slot)) if (index >= 0) add(index);
  }
  return counts;
}

function quoted(names: readonly string[]): string {
  return listed(
    names.map((name) => `"${name}"`),
    mostNames,
  );
}
