import { mkdir } from "../host/files.ts";
import { basename, dirname, join } from "../host/paths.ts";
import { counted } from "../../compiler/counted.ts";
import type { Data } from "../data/data.ts";
import { problemText } from "../data/problem-log.ts";
import { leakLines, leakNote } from "../data/stats/leak-notes.ts";
import { startNote, startReportFile } from "../pretrained/start-report.ts";
import type { WarmStarts } from "../pretrained/warm-start.ts";
import type { TrainingObserver } from "../train/phase/observer.ts";
import { appendLog } from "./observer-with-log.ts";
import type { RunFolder } from "./run-folder.ts";
import { shownPath } from "./run-options.ts";
import type { OpenRun } from "./run-training.ts";

/** Writes the report of each warm start, and sends the observer a sentence about it. */
export async function noteStarts(starts: WarmStarts, observer: TrainingObserver, folder: RunFolder): Promise<void> {
  for (const report of [...starts.values()].flatMap(({ reports }) => reports)) {
    await mkdir(dirname(folder.start(report)), { recursive: true });
    await startReportFile.write(folder.start(report), report);
    observer.onNote?.(startNote(report));
  }
}

/**
 * Sends the observer a sentence about rows that are left out, and writes all of them to the log, which whoever repairs
 * the data needs.
 */
export function noteProblems({ problems }: Data, observer: TrainingObserver, folder: RunFolder): void {
  const [first] = problems;
  if (first === undefined) return;
  observer.onWarning?.(
    `${counted(problems.length, "bad row is", "bad rows are")} left out, as log.txt in the run's folder lists; the first is ${problemText(first)}.`,
  );
  for (const problem of problems) appendLog(folder, `Left out: ${problemText(problem)}.`);
}

/**
 * Reports, when a run begins, inputs that are in several splits, because results on rows that training has seen are too
 * optimistic.
 */
export function noteLeaks({ data, folder, folders, compiled, options, observer }: OpenRun): void {
  for (const warning of data.warnings) observer.onWarning?.(warning);
  for (const note of data.notes) observer.onNote?.(note);
  const leaks = data.leaks();
  const note = leakNote(leaks, shownPath(options, join(folders.root, basename(compiled.entry))));
  if (note !== undefined) observer.onNote?.(note);
  for (const line of leakLines(leaks)) appendLog(folder, line);
}
