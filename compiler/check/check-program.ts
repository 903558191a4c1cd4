import type { BlockDeclaration, StageDeclaration, TypeExpression } from "../../grammar/ast.ts";
import { entrySymbols } from "../bind/bind.ts";
import type { SymbolDeclaration } from "../bind/symbols.ts";
import { nearest } from "../diagnostics/nearest.ts";
import { hasErrors, type Reporter } from "../diagnostics/reporter.ts";
import { parameterType, typeNames } from "../resolve/parameter-type.ts";
import { type Level, reaches } from "../level.ts";
import { createElaboration } from "../elaborate/create.ts";
import type { Elaboration } from "../elaborate/elaboration.ts";
import { reportRepeatedChoices } from "../elaborate/options/repeated.ts";
import { declarationFrame, symbolValue } from "../elaborate/symbol-values.ts";
import { optionOf, reachedSymbols } from "../elaborate/uses.ts";
import { Notes, type NotesOfAll } from "../elaborate/notes.ts";
import type { Work } from "../elaborate/work.ts";
import type { TaskElaborations } from "../reuse/task-elaborations.ts";
import type { TaskWeights } from "../stage/plan.ts";
import type { Program } from "../stage/checked-program.ts";
import type { ResolvedStage } from "../schema/resolved.ts";
import { rulesOf } from "../semantics.ts";
import { adviseOnFrozen } from "./check-frozen.ts";
import { checkAugmentations } from "./check-augmentations.ts";
import { checkBuckets } from "./check-buckets.ts";
import { type CheckedStage, checkStages } from "./check-stages.ts";
import { checkGenerated, checkTargets } from "./check-targets.ts";

/**
 * Elaborates every task as every stage sees it; from the level `stages` on, looks at the specification as a whole. Adds the names of the
 * weights of all tasks to `weights`. It yields after each task, so that an editor can do something else between two.
 */
export function* checkProgram(program: Program, until: Level, checks: Checks): Generator<undefined, void> {
  const { reporter, work, elaborations } = checks;
  const { specification, bindings, declarations } = program;
  if (!bindings.model) reporter.report("no_model", { file: bindings.entry, start: 0, end: 0 }, {});
  checkSignatures(program, reporter);
  const made = new Set<SymbolDeclaration>();
  const modes = reaches(until, "stages") ? (["train", "evaluate"] as const) : (["train"] as const);
  const elaborated = new Set<string>();
  const forwards = new Map<string, TaskWeights | undefined>();
  /** Stages with the same params share their graphs: of training and of evaluation, as blocks may tell them apart. */
  const forward = function* (
    task: string,
    stage: ResolvedStage | undefined,
  ): Generator<undefined, TaskWeights | undefined> {
    elaborated.add(task);
    const key = JSON.stringify([task, stage?.with ?? {}, nameOfLoss(program, stage)]);
    const known = forwards.get(key);
    if (known || forwards.has(key)) return known;
    yield;
    const ofModes = modes.map((mode) => elaborations.elaborate(task, mode, stage));
    for (const symbol of ofModes.flatMap((each) => each.made)) made.add(symbol);
    forwards.set(key, ofModes[0]?.forward);
    for (const { name } of ofModes[0]?.forward?.weights ?? []) checks.weights.add(name);
    return ofModes[0]?.forward;
  };
  const stages: CheckedStage[] = [];
  for (const [name, declaration] of declarations.stages) {
    const stage = specification.stages.find((candidate) => candidate.name === name);
    const ofTasks: (TaskWeights | undefined)[] = [];
    for (const task of namedTasks(program, declaration)) ofTasks.push(yield* forward(task, stage));
    stages.push({ declaration, stage, forwards: ofTasks });
  }
  for (const name of declarations.tasks.keys()) if (!elaborated.has(name)) yield* forward(name, undefined);
  checkRest(program, made, checks);
  if (!reaches(until, "stages")) return;
  const sound = checkStages(program, stages, reporter, work);
  checkData(program, reporter);
  if (bindings.model && stages.length === 0) reporter.report("nothing_to_train", bindings.model.name.span, {});
  // A declaration that an error leaves out would be called unused.
  if (hasErrors(reporter.diagnostics)) return;
  warnOfUnused(program, reporter);
  checkAugmentations(program, reporter);
  checkTargets(program, reporter);
  checkGenerated(program, reporter);
  if (!reaches(until, "everything")) return;
  for (const stage of sound) yield* adviseOnFrozen(program, stage, reporter);
  yield* checkBuckets(program, reporter);
}

/** Checks elaborate tasks, report to a reporter, count their steps, and keep the shapes and the names of weights that they learn. */
interface Checks {
  readonly weights: Set<string>;
  readonly elaborations: TaskElaborations;
  readonly reporter: Reporter;
  readonly work: Work;
  readonly notes: NotesOfAll;
}

/** The name of a stage with a loss of its own, by which its graphs differ from those of other stages. */
function nameOfLoss({ declarations }: Program, stage: ResolvedStage | undefined): string | undefined {
  const declaration = stage && declarations.stages.get(stage.name);
  return declaration && optionOf(declaration, "loss") ? stage.name : undefined;
}

/** The tasks of a stage as it names them, whatever else is wrong with it. */
function namedTasks({ declarations }: Program, stage: StageDeclaration): readonly string[] {
  const all = [...declarations.tasks.keys()];
  const given = optionOf(stage, "tasks");
  if (!given || (given.kind === "Name" && given.name === "all")) return all;
  const names = (given.kind === "List" ? given.items : [given]).map((item) =>
    item.kind === "Name" ? item.name : item.kind === "String" ? item.value : "",
  );
  return all.filter((name) => names.includes(name));
}

/** Checks the declarations that no task has made a value of, as the first task would see them. */
function checkRest(
  { bindings, references, overrides, specification, declarations }: Program,
  made: ReadonlySet<SymbolDeclaration>,
  { reporter, work, notes: learnt }: Checks,
): void {
  const notes = new Notes();
  learnt.add(notes);
  const all = [...declarations.tasks.keys()];
  const [first] = all;
  const uses = new Map(Object.keys(specification.modalities).map((name): [string, "required"] => [name, "required"]));
  const elaboration = createElaboration({
    bindings,
    references,
    reporter,
    work,
    notes,
    overrides,
    semantics: specification.semantics,
    modalities: new Map(Object.entries(specification.modalities)),
    uses,
    ...(first === undefined ? {} : { task: { name: first, index: 0, all } }),
  });
  for (const symbol of ownSymbols(bindings)) {
    if (made.has(symbol) || (symbol.kind !== "Stream" && symbol.kind !== "Fusion" && symbol.kind !== "Layer")) continue;
    symbolValue(declarationFrame(elaboration, symbol.span.file, [], symbol.value), symbol, symbol.span);
  }
}

/** The types of parameters and results exist, whether the block is used or not. */
function checkSignatures({ bindings, references }: Program, reporter: Reporter): void {
  const symbols = [...bindings.scopes.values()].flatMap((scope) => [...scope.symbols.values()]);
  const elaboration = createElaboration({ bindings, references, reporter });
  for (const block of new Set(symbols.filter((symbol) => symbol.kind === "Block"))) checkSignature(elaboration, block);
}

function checkSignature(elaboration: Elaboration, block: BlockDeclaration): void {
  const unknown = (type: TypeExpression): void =>
    elaboration.reporter.report("unknown_name", type.span, {
      ...(type.kind === "NamedType"
        ? { name: type.name.name, nearest: nearest(type.name.name, typeNames) }
        : { name: "this" }),
      kind: "type",
      known: typeNames,
    });
  for (const parameter of block.parameters) {
    if (!parameterType(parameter.type)) unknown(parameter.type);
    reportRepeatedChoices(declarationFrame(elaboration, block.span.file, [], []), parameter);
  }
  const results =
    block.result?.kind === "TupleType" ? block.result.elements.map((element) => element.type) : [block.result];
  for (const type of results) {
    const element = type?.kind === "ListType" ? type.element : type;
    if (element?.kind === "NamedType" && !parameterType(element)) unknown(element);
  }
}

function ownSymbols(bindings: Program["bindings"]): readonly SymbolDeclaration[] {
  return entrySymbols(bindings).filter((symbol) => symbol.span.file === bindings.entry);
}

/** Every task that is trained has data. Silent where a data set is at fault: it may have been that one. */
function checkData({ bindings, specification, declarations }: Program, reporter: Reporter): void {
  const datasets = Object.values(specification.datasets);
  if (ownSymbols(bindings).filter((symbol) => symbol.kind === "Dataset").length > datasets.length) return;
  const trained = new Set(specification.stages.flatMap((stage) => stage.tasks));
  for (const [name, declaration] of declarations.tasks) {
    if (trained.has(name) && !datasets.some((dataset) => dataset.tasks.includes(name)))
      reporter.report("task_without_data", declaration.name.span, { task: name });
  }
}

/** A stream that a task names in any branch counts as used: a param may choose the other branch. */
function warnOfUnused({ bindings, references, specification, declarations }: Program, reporter: Reporter): void {
  const trained = new Set(specification.stages.flatMap((stage) => stage.tasks));
  for (const [name, declaration] of declarations.tasks) {
    if (declarations.stages.size > 0 && !trained.has(name))
      reporter.report("untrained_task", declaration.name.span, { task: name });
  }
  if (declarations.tasks.size === 0) return;
  const roots = [
    ...[...declarations.tasks.values()].flatMap((task) => task.options.map((option) => option.value)),
    ...[...declarations.stages.values()].flatMap((stage) => optionOf(stage, "loss") ?? []),
  ];
  const naming = { references, rules: rulesOf(specification) };
  const reached = reachedSymbols(naming, roots, { throughOptional: "yes" });
  const unused = ownSymbols(bindings).filter((symbol) => !reached.has(symbol));
  const alone = reachedSymbols(
    naming,
    unused.flatMap((symbol) => (symbol.kind === "Stream" || symbol.kind === "Fusion" ? [symbol.value] : [])),
    { throughOptional: "yes" },
  );
  for (const symbol of unused) {
    // Only the last of a chain of unused streams is said: what feeds it is used by it.
    if (alone.has(symbol)) continue;
    if (symbol.kind === "Stream" || symbol.kind === "Fusion")
      reporter.report("unused_stream", symbol.name.span, { stream: symbol.name.name });
    if (symbol.kind === "Modality")
      reporter.report("unused_modality", symbol.name.span, { modality: symbol.name.name });
  }
}
