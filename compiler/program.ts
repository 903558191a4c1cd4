import type { StageDeclaration, TaskDeclaration } from "../grammar/ast.ts";
import { atOnce } from "./at-once.ts";
import { type Bindings, bind, entrySymbols } from "./bind/bind.ts";
import { type LoadedFile, type LoadedFiles, load } from "./bind/load.ts";
import { withCandidates } from "./declare/candidates.ts";
import { resolveDataset, resolveModalities, resolveStage, resolveTask } from "./declare/declarations.ts";
import type { Program } from "./stage/checked-program.ts";
import { checkBudgets } from "./check/check-budgets.ts";
import { checkProgram } from "./check/check-program.ts";
import { checkBlocks } from "./check/check-blocks.ts";
import { checkNames } from "./check/check-names.ts";
import { withoutEchoes } from "./check/recovered.ts";
import { paramOverrides, resolvedParams } from "./declare/params.ts";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { createReporter, hasErrors, type Reporter } from "./diagnostics/reporter.ts";
import { resolvedAdaptations } from "./elaborate/adapt.ts";
import { createElaboration } from "./elaborate/create.ts";
import type { Elaboration } from "./elaborate/elaboration.ts";
import { type LearntNotes, NotesOfAll } from "./elaborate/notes.ts";
import { Work } from "./elaborate/work.ts";
import type { Host } from "./host.ts";
import { type Level, reaches } from "./level.ts";
import { prelude } from "./prelude/prelude.ts";
import { defaultLimits, LimitReached, limitsVariable, MOST_MISTAKES, readLimits } from "./limits.ts";
import type { ResolvedDataset, ResolvedSpecification, ResolvedStage, ResolvedTask } from "./schema/resolved.ts";
import { type Semantics, currentSemantics } from "./semantics.ts";
import { type References, resolveNames } from "./resolve/resolve-names.ts";
import { type KeptTasks, TaskElaborations } from "./reuse/task-elaborations.ts";
import { withSettings } from "./settings/apply-settings.ts";
import { isOptionPath, settingSources } from "./settings/setting.ts";
import { Timer } from "./timer.ts";
import { createStagePlan } from "./stage/stage-plan.ts";

export type { Level, Program };

/** The result of compiling a specification. Everything that could be made is here, also where there are errors. */
export interface Compilation {
  readonly diagnostics: readonly Diagnostic[];
  /** Text of every file that a diagnostic can point at, the standard library's among them. */
  readonly sources: ReadonlyMap<string, string>;
  /** The entry and everything that it imports, parsed, by path. */
  readonly files: LoadedFiles;
  /** The declarations that each file sees, by name; `undefined` if the compilation did not reach the level `names`. */
  readonly bindings: Bindings | undefined;
  /** The meaning of every name; `undefined` if the compilation did not reach the level `names`. */
  readonly references: References | undefined;
  /** The shapes that expressions have; empty if the compilation did not reach the level `shapes`. */
  readonly notes: LearntNotes;
  /** The names of the weights of all tasks that could be elaborated; empty if the compilation did not reach the level `shapes`. */
  readonly weights: ReadonlySet<string>;
  /** Declarations with all of their options; those with errors are missing. `undefined` if the compilation did not reach the level `shapes`. */
  readonly specification: ResolvedSpecification | undefined;
  /**
   * `errors`: something is wrong. `over_budget`: nothing is wrong but that a budget is exceeded, so it can be drawn and counted, and should
   * not be trained. `unfinished`: nothing is wrong as far as the compilation went, which is not to the level `everything`.
   */
  readonly verdict: "ok" | "over_budget" | "errors" | "unfinished";
  /** Present where the verdict is `ok` or `over_budget`. */
  readonly program?: Program;
  /** Milliseconds of each stage of the compiler. */
  readonly timings: ReadonlyMap<string, number>;
  /** Steps of the check, as the limits count them. */
  readonly work: number;
}

/** Values as text: of params by name, and of options by path, such as `fit.optimizer.rate`. */
export type SetParams = Readonly<Record<string, string>>;

export interface CompileRequest {
  readonly entry: string;
  readonly host: Host;
  /** Values of params by name and of options by path, each as the text that `--set NAME=VALUE` would have. */
  readonly set?: SetParams;
  /** Rules under which it is read: those of a trained model, else the current ones. */
  readonly semantics?: Semantics;
  /** `everything` by default. */
  readonly until?: Level;
  /** An earlier compilation, of which what did not change is used again. The result is the same as without it. */
  readonly previous?: Pick<Compilation, "files">;
  /** Milliseconds, for the timings. */
  readonly clock?: () => number;
}

/** Elaborations that a later compilation may use again, by the files of the one that made them. */
const keptTasks = new WeakMap<LoadedFiles, KeptTasks>();

/**
 * Runs the stages of the compiler in their order: load, bind, resolve, check. Graphs are made when a plan is asked for
 * them.
 */
export function compileProgram(request: CompileRequest): Compilation {
  return atOnce(compileInSteps(request));
}

/** The same in steps of about one task each, between which an editor can answer, or abandon the compilation. */
export function* compileInSteps({
  entry,
  host,
  set: given = {},
  semantics = currentSemantics,
  until = "everything",
  previous,
  clock = () => 0,
}: CompileRequest): Generator<undefined, Compilation> {
  const set = new Map(Object.entries(given));
  const settings = host.limits?.() ?? "";
  const { limits, unread } = readLimits(settings);
  const work = new Work(limits);
  const notes = new NotesOfAll();
  const weights = new Set<string>();
  const files = new Map<string, LoadedFile>();
  // The elaboration of a task is known by the texts that it depends on, which a setting of an option does not change.
  const canReuse = ![...set.keys()].some(isOptionPath);
  const before: KeptTasks = (canReuse && previous && keptTasks.get(previous.files)) || new Map();
  const reporter = createReporter({ most: MOST_MISTAKES, textOf: (file) => files.get(file)?.text });
  for (const { text, start } of unread)
    reporter.report(
      "unknown_limit",
      { file: limitsVariable, start, end: start + text.length },
      { text, known: Object.keys(defaultLimits).join(" and ") },
    );
  const timer = new Timer(clock);
  const known: {
    bindings?: Bindings;
    references?: References;
    program?: Program;
    elaborations?: TaskElaborations;
    verdict?: "ok" | "over_budget";
  } = {};
  const compiled = function* (): Generator<undefined, void> {
    timer.timed("parse", () => load(entry, host, reporter, { files, previous: previous?.files ?? new Map() }));
    if (!reaches(until, "names")) return;
    const edited = withSettings(files, entry, set, reporter);
    const bindings = timer.timed("bind", () => bind(edited, entry, reporter));
    known.bindings = bindings;
    const references = timer.timed("names", () => resolveNames(edited, bindings));
    known.references = references;
    checkNames(references, edited, reporter);
    checkBlocks(edited, reporter);
    if (!reaches(until, "shapes")) return;
    const overrides = paramOverrides({ bindings, references, reporter, work }, set);
    const base = createElaboration({ bindings, references, reporter, overrides, semantics, work });
    const specification = timer.timed("resolve", () => resolveSpecification(base, edited, semantics));
    const program = createProgram({ bindings, references, overrides, specification });
    known.program = program;
    const elaborations = new TaskElaborations(program, {
      files: edited,
      reporter,
      work,
      notes,
      previous: before,
    });
    known.elaborations = elaborations;
    yield* timer.steps("elaborate", checkProgram(program, until, { elaborations, reporter, work, notes, weights }));
    if (!reaches(until, "everything") || hasErrors(reporter.diagnostics)) return;
    yield* timer.steps("budgets", checkBudgets(program, reporter));
    known.verdict = hasErrors(reporter.diagnostics) ? "over_budget" : "ok";
  };
  yield* withinLimits(compiled(), reporter);
  if (canReuse) keptTasks.set(files, known.elaborations?.kept ?? before);
  const verdict = known.verdict ?? (hasErrors(reporter.diagnostics) ? "errors" : "unfinished");
  const sources = new Map([
    ...[...files].map(([path, file]): [string, string] => [path, file.text]),
    ...settingSources(set),
    [limitsVariable, settings],
    ...prelude,
  ]);
  return {
    diagnostics: inOrder(withoutEchoes(reporter.diagnostics, files), entry),
    sources,
    files,
    bindings: known.bindings,
    references: known.references,
    notes,
    weights,
    specification: known.program?.specification,
    verdict,
    ...(known.program && (verdict === "ok" || verdict === "over_budget") ? { program: known.program } : {}),
    timings: timer.timings,
    work: work.spent,
  };
}

/** A specification that asks for too much, or that has very many mistakes, ends its compilation with a diagnostic. */
function* withinLimits(steps: Generator<undefined, void>, reporter: Reporter): Generator<undefined, void> {
  try {
    yield* steps;
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error;
    if (error.limit !== "mistakes") reporter.report(diagnosticOfLimit[error.limit], error.at, { most: error.most });
  }
}

const diagnosticOfLimit = { work: "too_much_work", depth: "too_deep", values: "too_many_values" } as const;

function resolveSpecification(base: Elaboration, files: LoadedFiles, semantics: Semantics): ResolvedSpecification {
  const symbols = entrySymbols(base.bindings);
  const { model } = base.bindings;
  const modalities = resolveModalities(base);
  const tasks = new Map<string, ResolvedTask>();
  for (const symbol of symbols) {
    const task = symbol.kind === "Task" ? resolveTask(base, symbol, modalities) : undefined;
    if (task) tasks.set(task.name, task);
  }
  const datasets = symbols.flatMap((symbol): readonly ResolvedDataset[] =>
    symbol.kind === "Dataset" ? [resolveDataset(base, symbol, { tasks, modalities }) ?? []].flat() : [],
  );
  const stages = symbols.flatMap((symbol): readonly ResolvedStage[] =>
    symbol.kind === "Stage" ? [resolveStage(base, symbol) ?? []].flat() : [],
  );
  return {
    language: 1,
    semantics,
    model: {
      name: model?.name.name ?? "model",
      ...(model?.title ? { title: model.title.value } : {}),
      ...(model?.doc === undefined ? {} : { doc: model.doc }),
    },
    params: resolvedParams(base),
    modalities: Object.fromEntries(modalities),
    tasks: Object.fromEntries(withCandidates(base, tasks, datasets)),
    datasets: Object.fromEntries(datasets.map((dataset) => [dataset.name, dataset])),
    stages,
    ...(base.bindings.renamed.length > 0
      ? { renamed: base.bindings.renamed.map(({ from, to }) => ({ from: from.value, to: to.value })) }
      : {}),
    ...(base.bindings.adapted.length > 0 ? { adapt: resolvedAdaptations(base, files) } : {}),
  };
}

function createProgram({
  bindings,
  references,
  overrides,
  specification,
}: Pick<Program, "bindings" | "references" | "overrides" | "specification">): Program {
  const symbols = entrySymbols(bindings);
  const named = <Declaration extends TaskDeclaration | StageDeclaration>(
    kind: Declaration["kind"],
  ): ReadonlyMap<string, Declaration> =>
    new Map(
      symbols.flatMap((symbol) => (symbol.kind === kind ? [[symbol.name.name, symbol as Declaration] as const] : [])),
    );
  const program: Program = {
    specification,
    bindings,
    references,
    overrides,
    declarations: { tasks: named<TaskDeclaration>("Task"), stages: named<StageDeclaration>("Stage") },
    plan: (stage, settings = {}) => createStagePlan(program, stage, settings),
  };
  return program;
}

/** Sorts by file, the entry first, then by position. */
function inOrder(diagnostics: readonly Diagnostic[], entry: string): readonly Diagnostic[] {
  const rank = (diagnostic: Diagnostic): string => `${diagnostic.at.file === entry ? 0 : 1}${diagnostic.at.file}`;
  return diagnostics.toSorted(
    (a, b) => rank(a).localeCompare(rank(b)) || a.at.start - b.at.start || a.at.end - b.at.end,
  );
}
