import { createMemoryHost } from "../../compiler/host.ts";
import type { Program } from "../../compiler/program.ts";
import type { Reference } from "../../compiler/resolve/definition.ts";
import { renamedKeys } from "../../compiler/stage/renaming.ts";
import { rename } from "../../language-server/service/rename/rename.ts";
import { nameSpan } from "../../language-server/service/rename/rename-edits.ts";
import { Workspace } from "../../language-server/service/workspace.ts";

export type Texts = Readonly<Record<string, string>>;

/** No text has this name. */
const fresh = "zyx";

/** A workspace, and what its names are renamed in. It is compiled once. */
export class Project {
  readonly workspace: Workspace;
  readonly texts: Texts;
  readonly programs: ReadonlyMap<string, Program>;
  readonly graphs: ReadonlyMap<string, string>;

  constructor(texts: Texts) {
    this.texts = texts;
    this.workspace = new Workspace({
      ...createMemoryHost(texts),
      exists: (path) => Object.hasOwn(texts, path),
      specifications: () => Object.keys(texts),
      trainedWeights: () => [...this.programs.values()].map(weightNames),
    });
    this.programs = programsOf(this.workspace);
    this.graphs = new Map([...this.programs].map(([entry, program]) => [entry, graphOf(program)]));
  }

  /** The names that the files declare. */
  get declared(): readonly Reference[] {
    return Object.keys(this.texts).flatMap(
      (path) =>
        this.workspace
          .analyse(path)
          ?.references.inFile(path)
          .filter(({ role }) => role === "declaration") ?? [],
    );
  }

  diagnostics(workspace: Workspace, asBefore: (text: string) => string = (text) => text): string {
    const found = Object.keys(this.texts).flatMap((entry) => workspace.compile(entry, "everything").diagnostics);
    return JSON.stringify(found.map(({ code, message }) => asBefore(`${code} ${message}`)).toSorted());
  }
}

/**
 * The promise that is broken by a renaming to a new name, and back: that diagnostics and graphs are the same apart from the name, that weights of
 * earlier runs are found, and that the text is as before in the end.
 */
export function brokenBy(project: Project, { at, node, definition }: Reference): string | undefined {
  const { workspace, texts } = project;
  const oldName = definition.name;
  const there = rename(workspace, at.file, at.start + 1, fresh);
  if ("refusal" in there) return `refused: ${there.refusal}`;
  const after = workspace.edited(there.edits);
  const asBefore = (text: string): string =>
    text.replaceAll(new RegExp(`(?<![A-Za-z0-9])${fresh}(?![A-Za-z0-9])`, "gu"), oldName);
  const [old, now] = [project.diagnostics(workspace), project.diagnostics(after, asBefore)];
  if (old !== now) return `there are other diagnostics: ${old}, ${now}`;
  const programs = programsOf(after);
  for (const [entry, program] of project.programs) {
    const other = programs.get(entry);
    if (!other) return `${entry} has no program`;
    const [names, wanted] = [weightNames(program), weightNames(other)];
    const found = renamedKeys(names, other.specification.renamed ?? []);
    const lost = names.filter((name, index) => (found.get(name) ?? name) !== wanted[index]);
    if (lost.length > 0) return `weights of ${entry} are not found: ${lost.join(", ")}`;
    if (project.graphs.get(entry) !== asBefore(graphOf(other))) return `${entry} has another graph`;
  }
  const name = nameSpan({ at, node, definition, role: "declaration" });
  const back = rename(after, at.file, movedStart(name.start, at.file, there.edits), oldName);
  if ("refusal" in back) return `refused to rename back: ${back.refusal}`;
  const again = after.edited(back.edits);
  const changed = Object.keys(texts).find((path) => again.textOf(path) !== texts[path]);
  return changed === undefined
    ? undefined
    : `${changed} is not as before: ${JSON.stringify([there.edits, back.edits].map((edits) => edits.map((edit) => edit.text)))}`;
}

/** The offset of a name after edits, those before it counted. */
function movedStart(
  start: number,
  file: string,
  edits: readonly { readonly at: Reference["at"]; readonly text: string }[],
): number {
  return edits
    .filter((edit) => edit.at.file === file && edit.at.end <= start)
    .reduce((offset, { at, text }) => offset + text.length - (at.end - at.start), start);
}

function programsOf(workspace: Workspace): ReadonlyMap<string, Program> {
  return new Map(
    workspace.specifications.flatMap((entry) => {
      const { program } = workspace.compile(entry, "everything");
      return program ? [[entry, program] as const] : [];
    }),
  );
}

function weightNames(program: Program): readonly string[] {
  const weights = program.specification.stages.flatMap(({ name }) => program.plan(name).weights);
  return [...new Set(weights.map(({ name }) => name))];
}

/** The graph of evaluation of the first pass, without the positions in the text. */
function graphOf(program: Program): string {
  const [stage] = program.specification.stages;
  const plan = stage && program.plan(stage.name);
  const [pass] = plan?.evaluationPasses ?? [];
  if (!plan || !pass) return "";
  return JSON.stringify(plan.evaluate(pass), (key, value: unknown) =>
    key === "origin" || key === "span" ? undefined : value,
  );
}
