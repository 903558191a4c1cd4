import { rulesOf } from "../../compiler/semantics.ts";
import type { StagePlan } from "../../compiler/stage/plan.ts";
import type { Preprocessing } from "../data/data.ts";
import type { Program } from "../train/program.ts";
import { type NamedAxes, axisLabels, namingOf } from "./axis-labels.ts";
import type { SourceFolders, WeightSource } from "./find-source.ts";
import { type SourceNames, sourceNames } from "./source-names.ts";

/** The named axes of weights, with the vocabulary file that named the rows of each modality of a bare file. */
export interface SourceAxes extends NamedAxes {
  readonly vocabulary: SourceNames["vocabulary"];
}

interface SourceAxesRequest {
  readonly program: Program;
  readonly plans: readonly StagePlan[];
  readonly source: WeightSource;
  readonly folders: SourceFolders;
  readonly preprocessing: () => Promise<Preprocessing>;
}

/**
 * Names the indices of axes as in the source: by the preprocessing of its model, or by the vocabulary that a bare file
 * was trained with.
 */
export async function sourceAxes({
  program,
  plans,
  source,
  folders,
  preprocessing,
}: SourceAxesRequest): Promise<SourceAxes> {
  const { specification } = program;
  const byToken = rulesOf(specification).pretrainedRows === "by_token";
  if (!source.preprocessing && !byToken) return { labels: new Map(), unnamed: new Map(), vocabulary: new Map() };
  const names = source.preprocessing ? undefined : await sourceNames(specification, preprocessing, source, folders);
  const there =
    names?.names ?? namingOf(source.preprocessing ?? (await preprocessing()), byToken ? source.modalities : {});
  const axes = axisLabels({
    program,
    plans,
    here: namingOf(await preprocessing(), byToken ? specification.modalities : {}),
    there,
  });
  return { ...axes, unnamed: names ? axes.unnamed : new Map(), vocabulary: names?.vocabulary ?? new Map() };
}
