import {
  Workspace,
  codeActionsAt,
  diagnosticsOf,
  documentSymbols,
  hoverAt,
  rename,
  semanticTokens,
} from "../../language-server/service/index.ts";
import { createMemoryHost } from "../../compiler/index.ts";

/** The language service as a page uses it: it takes the files of a workspace, and returns what an editor shows of each. */
export interface ServicePage {
  readonly seen: (files: Readonly<Record<string, string>>) => Readonly<Record<string, Seen>>;
}

export interface Seen {
  readonly diagnostics: readonly string[];
  readonly symbols: number;
  readonly tokens: number;
  /** The explanation of the first layer of a pipeline. */
  readonly hover: string | undefined;
  readonly actions: readonly string[];
  /** The number of edits by which the first stream is renamed. */
  readonly edits: number;
}

export const servicePage: ServicePage = {
  seen(files) {
    const host = createMemoryHost(files);
    const exists = (path: string): boolean => path in files;
    const workspace = new Workspace({ ...host, exists, specifications: () => Object.keys(files) });
    const seenOf = (path: string, text: string): Seen => {
      workspace.set(path, text);
      const offset = text.search(/(?<=-> )embed|(?<=-> )patches|(?<=-> )conv/u);
      const stream = text.search(/(?<=^stream )\w/mu);
      const renamed = rename(workspace, path, stream, "renamed_stream");
      return {
        diagnostics: diagnosticsOf(workspace, path, "everything").map(({ code, message }) => `${code} ${message}`),
        symbols: documentSymbols(workspace, path).length,
        tokens: semanticTokens(workspace, path).length,
        hover: hoverAt(workspace, path, offset)?.markdown,
        actions: codeActionsAt(workspace, path, { start: offset, end: offset }).map(({ title }) => title),
        edits: "edits" in renamed ? renamed.edits.length : 0,
      };
    };
    return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, seenOf(path, text)]));
  },
};

Object.assign(globalThis, { servicePage });
