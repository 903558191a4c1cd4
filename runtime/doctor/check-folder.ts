import { existsSync, readdir } from "../host/files.ts";
import { join } from "../host/paths.ts";
import { type Bundle, readBundle } from "../model/bundle.ts";
import { checkFiles, sha256OfFile } from "../checkpoint/checkpoint.ts";
import { readEvaluations } from "../evaluation/evaluation-file.ts";
import { readResultsFiles } from "../evaluation/results-file.ts";
import { checkMetrics, readMetrics } from "../run/metrics-log.ts";
import { isHeld } from "../run/process-lock.ts";
import { changesSince, findRunData } from "../run/run-data.ts";
import { RunFolder } from "../run/run-folder.ts";
import { type RunLock, checkpointsOf, readBundleOf, readRunLock } from "../run/run-lock.ts";
import { startReportFile } from "../pretrained/start-report.ts";
import { asUserError } from "../files/system-failure.ts";
import { hasWeights, readModelWeights } from "../model/trained-weights.ts";
import { UserError } from "../user-error.ts";

/** The result of checking one part of a run or model folder. */
export interface Finding {
  /** The name of the part, such as `checkpoints/step-000500`, `model`, `data`. */
  readonly of: string;
  readonly state: "whole" | "damaged" | "to know";
  /** A description of the damage or of the fact to know. */
  readonly said?: string;
  readonly help?: string;
}

/**
 * Checks every file of a run or model folder in the way in which it is read later. Changes nothing. Throws a
 * `UserError` if the folder is neither.
 */
export async function checkFolder(path: string): Promise<readonly Finding[]> {
  const run = new RunFolder(path);
  if (existsSync(run.lock)) return checkRun(run);
  if (existsSync(join(run.path, "model.json")))
    return checkModel({
      folder: run.path,
      prefix: "",
      read: () => readBundle(run.path),
      help: "Restore it from a copy.",
    });
  throw new UserError(
    "usage",
    `"${path}" is neither a run folder nor a model folder.`,
    "Name a folder written by `mtl train`, below runs/ by default, or its model/.",
  );
}

async function checkRun(run: RunFolder): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let lock: RunLock | undefined;
  const look = async (of: string, action: () => Promise<unknown>) => void findings.push(await finding(of, action));
  await look("run.lock.json", async () => void (lock = await readRunLock(run)));
  if (await isHeld(run.processLock))
    findings.push({
      of: "process.lock",
      state: "to know",
      said: "A process is working in this run, so its files change while they are checked.",
    });
  if (!lock) return findings;
  const known = lock;
  const checkpoints = checkpointsOf(run, known);
  const names = await checkpoints.names();
  for (const name of names) {
    await look(`checkpoints/${name}`, async () => {
      await checkpoints.state(name);
      await checkFiles(checkpoints.folderOf(name));
    });
  }
  const newest = names.at(-1);
  if (newest !== undefined) await look("continuing it", () => checkpoints.newest());
  await look("metrics.jsonl", async () => {
    for await (const _ of readMetrics(run.metrics));
    if (newest !== undefined) await checkMetrics(run.metrics, await checkpoints.state(newest));
  });
  await look("eval", () => readResultsFiles(run));
  await look("evaluation", () => readEvaluations(run));
  for (const name of await readdir(join(run.path, "starts")).catch(() => []))
    await look(`starts/${name}`, () => startReportFile.read(join(run.path, "starts", name)));
  findings.push(
    ...(await checkModel({
      folder: run.model,
      prefix: "model/",
      read: () => readBundleOf(run, known),
      help: "`mtl train --resume RUN` writes it again from the best checkpoint.",
    })),
  );
  findings.push(...(await checkData(run, known)));
  if (newest === undefined)
    findings.push({
      of: "checkpoints",
      state: "to know",
      said: "There is no checkpoint yet: `mtl train --resume` begins at the first step.",
    });
  return findings;
}

interface ModelToCheck {
  readonly folder: string;
  /** The prefix of its file names in findings. */
  readonly prefix: string;
  readonly read: () => Promise<Bundle>;
  /** A hint for damaged weights. */
  readonly help: string;
}

async function checkModel({ folder, prefix, read, help }: ModelToCheck): Promise<readonly Finding[]> {
  let bundle: Bundle | undefined;
  const findings = [
    await finding(`${prefix}model.json, specification, preprocessing.json`, async () => void (bundle = await read())),
  ];
  if (!bundle) return findings;
  const { files } = bundle.manifest;
  if (!files)
    return [
      ...findings,
      {
        of: `${prefix}model.json`,
        state: "to know",
        said: "It has no hashes, because an earlier version wrote it or it was changed on purpose: damage to other files cannot be detected.",
      },
    ];
  for (const [file, expected] of Object.entries(files)) {
    findings.push(
      await finding(`${prefix}${file}`, async () => {
        if ((await sha256OfFile(join(folder, file))) !== expected)
          throw new UserError(
            "data",
            `${join(folder, file)} has other content than was written.`,
            file.endsWith(".safetensors") ? help : "Restore it from a copy.",
          );
      }),
    );
  }
  if (!hasWeights(folder, bundle.manifest))
    return [
      ...findings,
      {
        of: `${prefix}model.safetensors`,
        state: "to know",
        said: "The run has not ended: predictions come from its best checkpoint so far.",
        help: "`mtl train --resume RUN` continues it.",
      },
    ];
  const known = bundle;
  if (findings.some(({ state }) => state === "damaged")) return findings;
  return [
    ...findings,
    await finding(`${prefix}model.safetensors for this specification`, () => readModelWeights(known)),
  ];
}

async function checkData(run: RunFolder, lock: RunLock): Promise<readonly Finding[]> {
  try {
    const { compiled } = await readBundle(run.model);
    const found = await findRunData({ run, lock, compiled });
    const changes = changesSince(lock, found);
    return [
      {
        of: "data",
        ...(changes === undefined
          ? { state: "whole" }
          : {
              state: "to know",
              said: changes,
              help: "A resumed run needs the files that it began with; predictions do not.",
            }),
      },
    ];
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    return [
      { of: "data", state: "to know", said: cause.message, ...(cause.help === undefined ? {} : { help: cause.help }) },
    ];
  }
}

async function finding(of: string, action: () => Promise<unknown>): Promise<Finding> {
  try {
    await action();
    return { of, state: "whole" };
  } catch (cause) {
    const error = asUserError(cause);
    if (!(error instanceof UserError)) throw error;
    return { of, state: "damaged", said: error.message, ...(error.help === undefined ? {} : { help: error.help }) };
  }
}
