import type { Workspace } from "../workspace.ts";
import { adaptWeights } from "./adapt-weights.ts";
import { addDataset } from "./add-dataset.ts";
import { addModel } from "./add-model.ts";
import { addStage } from "./add-stage.ts";
import { applyFix } from "./apply-fix.ts";
import { callToPipe, pipeToCall } from "./call-and-pipe.ts";
import type { CodeAction, CodeActionKind, CodeActionSource } from "./code-action.ts";
import { commentToDocumentation } from "./comment-to-documentation.ts";
import { declareBlock, declareLayer, declareModality, declareParam } from "./declare-name.ts";
import { documentDeclaration } from "./document-declaration.ts";
import { extractBlock } from "./extract-block.ts";
import { extractLayer } from "./extract-layer.ts";
import { extractLet } from "./extract-let.ts";
import { extractParam } from "./extract-param.ts";
import { extractParameter } from "./extract-parameter.ts";
import { extractStream } from "./extract-stream.ts";
import { fixAll, fixAllOfKind } from "./fix-all.ts";
import { freezeDeclaration, unfreeze } from "./freeze-declaration.ts";
import { importName } from "./import-name.ts";
import { inlineLayer, inlineParam, inlineStream } from "./inline-declaration.ts";
import { inlineLet } from "./inline-let.ts";
import { invertIf } from "./invert-if.ts";
import { allTasks, listTasks } from "./list-tasks.ts";
import { makeBudget } from "./make-budget.ts";
import { mapColumn } from "./map-column.ts";
import { moveToFile } from "./move-to-file.ts";
import { nameArguments, unnameArguments } from "./name-arguments.ts";
import { argumentsToBody, bodyToArguments } from "./named-body.ts";
import { organizeImports } from "./organize-imports.ts";
import { perTask } from "./per-task.ts";
import { percent } from "./percent.ts";
import { removeUnused } from "./remove-unused.ts";
import { clipGradients, seedStage, warmUp } from "./seed-stage.ts";
import { selectionOf } from "./selection.ts";
import { shareAsLayer } from "./share-as-layer.ts";
import { trainTask } from "./train-task.ts";
import { writeDefaults } from "./write-defaults.ts";

/** All kinds of changes, in the order in which an editor lists them. */
export const codeActionSources: readonly CodeActionSource[] = [
  applyFix,
  fixAllOfKind,
  importName,
  declareLayer,
  declareBlock,
  declareParam,
  declareModality,
  removeUnused,
  addModel,
  addDataset,
  mapColumn,
  addStage,
  extractStream,
  extractLayer,
  extractBlock,
  extractLet,
  extractParam,
  extractParameter,
  inlineStream,
  inlineLayer,
  inlineParam,
  inlineLet,
  nameArguments,
  unnameArguments,
  bodyToArguments,
  argumentsToBody,
  pipeToCall,
  callToPipe,
  invertIf,
  percent,
  shareAsLayer,
  perTask,
  adaptWeights,
  freezeDeclaration,
  unfreeze,
  trainTask,
  listTasks,
  allTasks,
  makeBudget,
  writeDefaults,
  seedStage,
  clipGradients,
  warmUp,
  documentDeclaration,
  commentToDocumentation,
  moveToFile,
  organizeImports,
  fixAll,
];

export interface FoundCodeAction extends CodeAction {
  readonly source: string;
  readonly kind: CodeActionKind;
}

/** The actions for a part of a text, of the kinds that are asked for: `refactor` includes `refactor.extract`. */
export function codeActionsAt(
  workspace: Workspace,
  path: string,
  { start, end, only }: { readonly start: number; readonly end: number; readonly only?: readonly string[] },
): readonly FoundCodeAction[] {
  const selection = selectionOf(workspace, path, start, end);
  if (!selection) return [];
  return codeActionSources
    .filter(({ kind }) => !only || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`)))
    .flatMap(({ name, kind, find }) => find(selection).map((action) => ({ ...action, source: name, kind })));
}
