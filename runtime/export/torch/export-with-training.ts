import { dirname } from "../../host/paths.ts";
import { namedDataFolder, pathsOfSet, type DataFolders } from "../../data/files/data-folders.ts";
import { openData } from "../../data/open-data.ts";
import { findRunData } from "../../run/run-data.ts";
import { RunFolder } from "../../run/run-folder.ts";
import { readRunLock } from "../../run/run-lock.ts";
import { type Phase, phasesOf } from "../../train/phase/phases.ts";
import type { Program } from "../../train/program.ts";
import { UserError } from "../../user-error.ts";
import { type CompileSource, openSource } from "../compile-source.ts";
import { type ExportTorchOptions, exportTorch } from "./export-torch.ts";
import type { TorchConfig } from "./torch-config.ts";
import { type TorchDataOptions, writeTorchData } from "./write-torch-data.ts";

export interface ExportTrainingOptions extends ExportTorchOptions, Pick<TorchDataOptions, "inputs"> {}

/**
 * Exports a model with what trains it: the features of the data, the preprocessing, and `train.py`. Throws a
 * `UserError` if the data is not found.
 */
export async function exportWithTraining(folder: string, options: ExportTrainingOptions): Promise<TorchConfig> {
  const source = await openSource(options);
  const { compiled } = source;
  const { program } = compiled;
  const phase = onlyPhase(program, options.stage);
  const folders = await dataFolders(source, options);
  const { preprocessing: learnt } = source;
  const data = await openData({
    specification: program.specification,
    ...folders,
    ...(learnt ? { preprocessing: learnt } : {}),
  });
  try {
    const addFiles = async (partial: string): Promise<void> => {
      const { onNote, inputs = "written" } = options;
      await writeTorchData(partial, { compiled, phase, data, folders, inputs, ...(onNote ? { onNote } : {}) });
    };
    return await exportTorch(folder, { ...options, preprocessing: data.preprocessing, addFiles });
  } finally {
    await data.close();
  }
}

function onlyPhase({ specification }: Pick<Program, "specification">, stage: string | undefined): Phase {
  const last = specification.stages.at(-1)?.name;
  const phases = phasesOf(specification).filter((phase) => phase.stage.name === (stage ?? last));
  const [phase, ...others] = phases;
  if (!phase)
    throw new UserError(
      "usage",
      `There is no stage ${stage ?? ""}.`,
      `Name one of ${specification.stages.map(({ name }) => name).join(", ")} with --stage.`,
    );
  if (others.length === 0) return phase;
  throw new UserError(
    "specification",
    `Stage ${phase.stage.name} trains its tasks one after another (\`for_each: task\`), which train.py does not do.`,
    "Export another stage with --stage, or the model alone, without --train.",
  );
}

/** The folders in which the data of a specification or a run is. */
async function dataFolders({ compiled, trained }: CompileSource, options: ExportTorchOptions): Promise<DataFolders> {
  const named = await namedDataFolder(options.data);
  if (!trained || typeof options.source !== "string")
    return { root: dirname(compiled.entry), ...named, ...pathsOfSet(compiled.set) };
  const run = new RunFolder(options.source);
  const { folders } = await findRunData({ run, lock: await readRunLock(run), compiled, data: options.data });
  return folders;
}
