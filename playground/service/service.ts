import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import type { Level } from "../../compiler/level.ts";
import type { SetParams } from "../../compiler/program.ts";
import {
  type TextEdit,
  Workspace,
  codeActionsAt,
  completionsAt,
  definitionAt,
  diagnosticsOf,
  formatting,
  hoverAt,
  rename,
  renameableAt,
  signatureHelpAt,
} from "../../language-server/service/index.ts";
import { settingFile } from "../../compiler/settings/setting.ts";
import type { CompletionItem } from "../../language-server/service/completion/completion-item.ts";
import type { Action, Edit, Service } from "./protocol.ts";

/** One open text, with the values that the page sets, and the answers about it. */
export class PageWorkspace {
  workspace = this.#workspaceWith({});
  path = "";
  text = "";
  #set: SetParams = {};
  #items: readonly CompletionItem[] = [];

  open(path: string, text: string, set: SetParams): void {
    // Everything that is known of a text depends on the values that are set.
    if (JSON.stringify(set) !== JSON.stringify(this.#set)) this.workspace = this.#workspaceWith(set);
    else if (this.path !== path) this.workspace.close(this.path);
    this.#set = set;
    this.path = path;
    this.text = text;
    this.workspace.set(path, text);
  }

  /** The mistakes in the settings, which name the pseudo-file of a setting, and those in the text. */
  diagnostics(until: Level): readonly Diagnostic[] {
    const inText = diagnosticsOf(this.workspace, this.path, until);
    const { diagnostics } = this.workspace.compile(this.path, until);
    const files = new Set(Object.keys(this.#set).map(settingFile));
    return [...diagnostics.filter(({ at }) => files.has(at.file)), ...inText];
  }

  #workspaceWith(set: SetParams): Workspace {
    return new Workspace({
      ...createMemoryHost({}),
      set,
      exists: (path) => path === this.path,
      specifications: () => (this.path === "" ? [] : [this.path]),
    });
  }

  readonly service: Service = {
    complete: (offset, asked) => {
      this.#items = completionsAt(this.workspace, this.path, offset, asked).items;
      // A function cannot be sent to the page.
      return this.#items.map((item) => ({ ...item, documentation: undefined }));
    },
    documentation: (index) => this.#items[index]?.documentation?.(),
    hover: (offset) => {
      const found = hoverAt(this.workspace, this.path, offset);
      return found && { start: found.at.start, end: found.at.end, markdown: found.markdown };
    },
    signature: (offset) => {
      const found = signatureHelpAt(this.workspace, this.path, offset);
      if (!found) return undefined;
      const active = found.active === undefined ? undefined : found.parameters[found.active];
      return { label: found.label, documentation: found.documentation, active };
    },
    definition: (offset) => {
      const found = definitionAt(this.workspace, this.path, offset);
      return found?.to.file === this.path ? found.to : undefined;
    },
    actions: (start, end) =>
      codeActionsAt(this.workspace, this.path, { start, end }).flatMap(
        ({ title, kind, edits, isPreferred }): readonly Action[] => {
          const own = this.#ownEdits(edits);
          return own ? [{ title, kind, edits: own, isPreferred: isPreferred ?? false }] : [];
        },
      ),
    format: () => {
      const { edits, refusal } = formatting(this.workspace, this.path);
      return refusal === undefined ? { edits: this.#ownEdits(edits) ?? [] } : { refusal };
    },
    renameable: (offset) => {
      const found = renameableAt(this.workspace, this.path, offset);
      if ("refusal" in found) return found;
      return { start: found.at.start, end: found.at.end, name: found.definition.name };
    },
    rename: (offset, name) => {
      const renamed = rename(this.workspace, this.path, offset, name);
      if ("refusal" in renamed) return renamed;
      const edits = this.#ownEdits(renamed.edits);
      return edits ? { edits } : { refusal: "The name is used in another file." };
    },
  };

  /** The edits of the open text; `undefined` if another file would be changed or made. */
  #ownEdits(edits: readonly TextEdit[]): readonly Edit[] | undefined {
    if (edits.some(({ at }) => at.file !== this.path)) return undefined;
    return edits.map(({ at, text }) => ({ start: at.start, end: at.end, text }));
  }
}
