import type { SymbolDeclaration } from "../bind/symbols.ts";
import type { Reporter } from "../diagnostics/reporter.ts";
import { createElaboration } from "../elaborate/create.ts";
import { elaborateForward } from "../elaborate/forward.ts";
import { declarationFrame, symbolValue } from "../elaborate/symbol-values.ts";
import type { ForwardGraph } from "../plan.ts";
import type { Program } from "../program.ts";
import type { ResolvedStage } from "../schema/resolved.ts";
import { stageOverrides } from "../stage-plan.ts";
import { checkStages } from "./check-stages.ts";

/** Elaborates every task as every stage sees it, and looks at the specification as a whole. */
export function checkProgram(program: Program, reporter: Reporter): void {
  const { specification, bindings } = program;
  const entry = bindings.scopes.get(bindings.entry);
  if (!entry) return;
  if (!bindings.model) reporter.report("no_model", { file: bindings.entry, start: 0, end: 0 }, {});
  const reached = new Set<SymbolDeclaration>();
  const made = new Map<string, ForwardGraph | undefined>();
  /** Stages with the same params share their graphs. */
  const forward = (task: string, stage: ResolvedStage | undefined): ForwardGraph | undefined => {
    const key = JSON.stringify([task, stage?.with ?? {}]);
    if (!made.has(key)) made.set(key, elaborateBothModes(program, task, stage, reporter, reached));
    return made.get(key);
  };
  const stages = specification.stages.map((stage) => ({ stage, forwards: stage.tasks.map((task) => forward(task, stage)) }));
  const trained = new Set(specification.stages.flatMap((stage) => stage.tasks));
  for (const [name, declaration] of program.declarations.tasks) {
    if (!trained.has(name)) forward(name, undefined);
    if (!trained.has(name) && stages.length > 0) reporter.report("untrained_task", declaration.name.span, { task: name });
    const hasData = Object.values(specification.datasets).some((dataset) => dataset.tasks.includes(name));
    if (!hasData && trained.has(name)) reporter.report("task_without_data", declaration.name.span, { task: name });
  }
  checkUnreached(program, reporter, reached);
  if (bindings.model && stages.length === 0 && program.declarations.stages.size === 0) reporter.report("nothing_to_train", bindings.model.name.span, {});
  checkStages(program, stages, reporter);
}

/** The graphs of training and of evaluation; blocks may tell them apart. */
function elaborateBothModes(program: Program, task: string, stage: ResolvedStage | undefined, reporter: Reporter, reached: Set<SymbolDeclaration>): ForwardGraph | undefined {
  const overrides = stageOverrides(program, stage);
  const [training] = (["train", "evaluate"] as const).map((mode) => {
    const { elaboration, forward } = elaborateForward(program, { task, mode, batch: 2, overrides, reporter });
    for (const symbol of elaboration.made.keys()) reached.add(symbol);
    return forward;
  });
  return training;
}

/** What no task reaches is checked too, and said. */
function checkUnreached(program: Program, reporter: Reporter, reached: ReadonlySet<SymbolDeclaration>): void {
  const { bindings, callables, overrides, specification } = program;
  const symbols = [...(bindings.scopes.get(bindings.entry)?.symbols.values() ?? [])].filter((symbol) => !reached.has(symbol) && symbol.span.file === bindings.entry);
  const all = Object.keys(specification.tasks);
  const [first] = all;
  const uses = new Map(Object.keys(specification.modalities).map((name): [string, "required"] => [name, "required"]));
  const elaboration = createElaboration({ bindings, reporter, callables, overrides, modalities: new Map(Object.entries(specification.modalities)), uses, ...(first === undefined ? {} : { task: { name: first, index: 0, all } }) });
  for (const symbol of symbols) {
    if (symbol.kind !== "Stream" && symbol.kind !== "Fusion" && symbol.kind !== "Layer") continue;
    symbolValue(elaboration, declarationFrame(elaboration, symbol.span.file, [], symbol.value), symbol, symbol.span);
    if (symbol.kind !== "Layer" && all.length > 0) reporter.report("unused_stream", symbol.name.span, { stream: symbol.name.name });
  }
  for (const symbol of symbols) {
    if (symbol.kind === "Modality" && all.length > 0) reporter.report("unused_modality", symbol.name.span, { modality: symbol.name.name });
  }
}
