import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import type { Level } from "../../compiler/level.ts";
import type { SetParams } from "../../compiler/program.ts";
import {
  Workspace,
  codeActionsAt,
  completionsAt,
  definitionAt,
  diagnosticsOf,
  editsForMoves,
  formatting,
  hoverAt,
  rename,
  renameableAt,
  signatureHelpAt,
} from "../../language-server/service/index.ts";
import { settingFile } from "../../compiler/settings/setting.ts";
import type { CompletionItem } from "../../language-server/service/completion/completion-item.ts";
import type { Texts } from "../state/project.ts";
import type { OpenProject, Service } from "./protocol.ts";

/** The texts of a project, with the values that the page sets, and the answers about the file that is shown. */
export class PageWorkspace {
  workspace = workspaceWith({});
  /** The path of the specification that is trained. */
  main = "";
  /** The path of the file that is shown: of the project, or of the standard library. */
  shown = "";
  files: Texts = {};
  #set: SetParams = {};
  #items: readonly CompletionItem[] = [];

  open({ name, files, shown, set }: OpenProject): void {
    // Everything that is known of a text depends on the values that are set.
    if (JSON.stringify(set) !== JSON.stringify(this.#set)) this.workspace = workspaceWith(set);
    for (const path of this.workspace.opened) if (!Object.hasOwn(files, path)) this.workspace.close(path);
    for (const [path, text] of Object.entries(files)) this.workspace.set(path, text);
    this.#set = set;
    this.main = name;
    this.shown = shown;
    this.files = files;
  }

  show(path: string): void {
    this.shown = path;
  }

  /** The mistakes in the settings, which name the pseudo-file of a setting, and those in the files: first the one that is trained. */
  diagnostics(until: Level): readonly Diagnostic[] {
    const { diagnostics } = this.workspace.compile(this.main, until);
    const settings = new Set(Object.keys(this.#set).map(settingFile));
    const others = Object.keys(this.files).filter((path) => path !== this.main);
    return [
      // A file that is to be trained must have a model, which other files need not have.
      ...diagnostics.filter(({ at, name }) => settings.has(at.file) || name === "no_model"),
      ...[this.main, ...others].flatMap((path) =>
        diagnosticsOf(this.workspace, path, until).filter(({ name }) => path !== this.main || name !== "no_model"),
      ),
    ];
  }

  /** The files of the project that the specification is made of. */
  get read(): readonly string[] {
    return [...this.workspace.filesOf(this.main).keys()].filter((path) => Object.hasOwn(this.files, path));
  }

  readonly service: Service = {
    complete: (offset, asked) => {
      this.#items = completionsAt(this.workspace, this.shown, offset, asked).items;
      // A function cannot be sent to the page.
      return this.#items.map((item) => ({ ...item, documentation: undefined }));
    },
    documentation: (index) => this.#items[index]?.documentation?.(),
    hover: (offset) => {
      const found = hoverAt(this.workspace, this.shown, offset);
      return found && { start: found.at.start, end: found.at.end, markdown: found.markdown };
    },
    signature: (offset) => {
      const found = signatureHelpAt(this.workspace, this.shown, offset);
      if (!found) return undefined;
      const active = found.active === undefined ? undefined : found.parameters[found.active];
      return { label: found.label, documentation: found.documentation, active };
    },
    definition: (offset) => {
      return definitionAt(this.workspace, this.shown, offset)?.to;
    },
    textOf: (path) => this.workspace.textOf(path),
    actions: (start, end) =>
      codeActionsAt(this.workspace, this.shown, { start, end }).map(({ title, kind, edits, isPreferred }) => ({
        title,
        kind,
        edits,
        isPreferred: isPreferred ?? false,
      })),
    format: () => {
      const { edits, refusal } = formatting(this.workspace, this.shown);
      return refusal === undefined ? { edits } : { refusal };
    },
    renameable: (offset) => {
      const found = renameableAt(this.workspace, this.shown, offset);
      if ("refusal" in found) return found;
      return { start: found.at.start, end: found.at.end, name: found.definition.name };
    },
    rename: (offset, name) => rename(this.workspace, this.shown, offset, name),
    move: (from, to) => editsForMoves(this.workspace, [{ from, to }]),
  };
}

/** A workspace whose files are those that are open. */
function workspaceWith(set: SetParams): Workspace {
  return new Workspace({ ...createMemoryHost({}), set, exists: () => false, specifications: () => [] });
}
