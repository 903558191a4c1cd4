import {
  type CompletionItem as ProtocolItem,
  CompletionItemKind,
  type CompletionList,
  type CompletionParams,
  InsertTextFormat,
  MarkupKind,
} from "vscode-languageserver";
import type { CompletionItem, ItemKind, Snippet } from "../../service/completion/completion-item.ts";
import { completionsAt } from "../../service/completion/completions.ts";
import { readStandardLibrary } from "../../service/completion/warm-up.ts";
import type { Feature, Server } from "../server.ts";

/** The longest time for which columns of a table are waited for, in milliseconds. Later they are there at once. */
const LONGEST_WAIT = 400;

/** The standard library is read while nothing else happens, in slices of so many milliseconds, and not before the first diagnostics. */
const slice = { first: 600, length: 8, pause: 25 };

const empty: CompletionList = { isIncomplete: false, items: [] };

export const completion: Feature = {
  capabilities: {
    completionProvider: {
      triggerCharacters: [".", ">", " ", "(", "[", "{", ",", '"', "/", ":"],
      resolveProvider: true,
    },
  },
  register(server) {
    later(slice.first, () => readOn(readStandardLibrary()));
    /** The last list, whose items are resolved one by one. */
    const last: { id: number; items: readonly CompletionItem[] } = { id: 0, items: [] };
    const answer = server.answer<CompletionParams, CompletionList>(empty, ({ textDocument, position, context }) => {
      const path = server.pathOf(textDocument);
      const asked = context?.triggerCharacter === " " ? "after a space" : "anywhere";
      const { items, extent } = completionsAt(server.workspace, path, server.offsetOf(path, position), asked);
      last.id += 1;
      last.items = items;
      return {
        isIncomplete: extent === "partial" || server.workspace.reading !== undefined,
        items: items.map((item, index) => ({
          ...toProtocol(server, path, item, index),
          data: { list: last.id, index },
        })),
      };
    });
    server.connection.onCompletion(async (params, token) => {
      const found = await answer(params, token);
      const { reading } = server.workspace;
      if (!reading) return found;
      await Promise.race([reading, new Promise((done) => setTimeout(done, LONGEST_WAIT))]);
      return answer(params, token);
    });
    server.connection.onCompletionResolve((item) => {
      const { list, index } = item.data as { readonly list: number; readonly index: number };
      const documentation = list === last.id ? last.items[index]?.documentation?.() : undefined;
      if (documentation === undefined || documentation === "") return item;
      return { ...item, documentation: { kind: MarkupKind.Markdown, value: documentation } };
    });
  },
};

function readOn(reading: Generator<void>): void {
  const end = performance.now() + slice.length;
  while (performance.now() < end) if (reading.next().done) return;
  later(slice.pause, () => readOn(reading));
}

/** Runs later, unless the process ends before. */
function later(milliseconds: number, run: () => void): void {
  const timer: unknown = setTimeout(run, milliseconds);
  // In a page a timer is a number, and nothing waits for it.
  if (typeof timer === "object" && timer !== null && "unref" in timer) (timer as NodeJS.Timeout).unref();
}

function toProtocol(server: Server, path: string, item: CompletionItem, index: number): ProtocolItem {
  const { label, kind, detail, at, text, snippet, edits } = item;
  const withSnippet = snippet && server.client.textDocument?.completion?.completionItem?.snippetSupport === true;
  const range = server.rangeOf({ file: path, ...at });
  return {
    label,
    kind: kinds[kind],
    ...(detail === undefined || detail === "" ? {} : { detail }),
    sortText: String(index).padStart(5, "0"),
    insertTextFormat: withSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    textEdit: { range, newText: withSnippet ? writtenSnippet(snippet) : text },
    ...(edits
      ? {
          additionalTextEdits: edits.map((edit) => ({
            range: server.rangeOf({ file: path, ...edit }),
            newText: edit.text,
          })),
        }
      : {}),
  };
}

/** A snippet in the syntax of the protocol, with a last stop at its end. */
function writtenSnippet(snippet: Snippet): string {
  let stop = 0;
  return snippet
    .map((piece) => {
      if (typeof piece === "string") return piece.replace(/[\\$}]/gu, "\\$&");
      stop += 1;
      const { hole, choices } = piece;
      // The first of the choices is the one that is there at first.
      const inOrder = choices && [hole, ...choices.filter((choice) => choice !== hole)];
      return inOrder
        ? `\${${stop}|${inOrder.map((choice) => choice.replace(/[\\$},|]/gu, "\\$&")).join(",")}|}`
        : `\${${stop}:${hole.replace(/[\\$}]/gu, "\\$&")}}`;
    })
    .join("");
}

const kinds: { readonly [Kind in ItemKind]: CompletionItemKind } = {
  keyword: CompletionItemKind.Keyword,
  operator: CompletionItemKind.Keyword,
  option: CompletionItemKind.Property,
  parameter: CompletionItemKind.Property,
  member: CompletionItemKind.Constructor,
  choice: CompletionItemKind.EnumMember,
  value: CompletionItemKind.Value,
  block: CompletionItemKind.Function,
  layer: CompletionItemKind.Function,
  stream: CompletionItemKind.Variable,
  fusion: CompletionItemKind.Variable,
  modality: CompletionItemKind.Interface,
  param: CompletionItemKind.Constant,
  task: CompletionItemKind.Class,
  dataset: CompletionItemKind.Class,
  stage: CompletionItemKind.Class,
  local: CompletionItemKind.Variable,
  type: CompletionItemKind.TypeParameter,
  part: CompletionItemKind.Field,
  weight: CompletionItemKind.Field,
  metric: CompletionItemKind.Unit,
  column: CompletionItemKind.Field,
  file: CompletionItemKind.File,
  folder: CompletionItemKind.Folder,
};
