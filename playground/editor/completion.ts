import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  autocompletion,
  snippet,
} from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { Snippet } from "../../language-server/service/completion/completion-item.ts";
import type { ServiceClient } from "../service/client.ts";
import type { Suggestion } from "../service/protocol.ts";
import { markdownElement } from "./markdown.ts";

/** Completion by the language service. */
export function completion(service: ServiceClient): Extension {
  return autocompletion({
    override: [(context) => suggestions(service, context)],
    icons: false,
    addToOptions: [{ render: ({ type }) => kindElement(type ?? ""), position: 20 }],
  });
}

function kindElement(kind: string): HTMLElement {
  const element = document.createElement("span");
  element.className = `kind ${kind}`;
  return element;
}

async function suggestions(service: ServiceClient, context: CompletionContext): Promise<CompletionResult | null> {
  const { pos, explicit, state } = context;
  const before = state.sliceDoc(Math.max(0, pos - 1), pos);
  const asked = explicit || /[\w."{]/u.test(before) ? "anywhere" : before === " " ? "after a space" : undefined;
  if (asked === undefined) return null;
  const items = await service.call("complete", pos, asked);
  const [first] = items;
  if (!first) return null;
  return {
    from: first.at.start,
    options: items.map((item, index) => optionOf(service, item, { index, pos, count: items.length })),
    validFor: /^\w*$/u,
  };
}

interface Asked {
  readonly index: number;
  readonly count: number;
  readonly pos: number;
}

function optionOf(service: ServiceClient, item: Suggestion, { index, count, pos }: Asked): Completion {
  return {
    label: item.label,
    type: item.kind,
    ...(item.detail === undefined ? {} : { detail: item.detail }),
    // The service gives those first that fit best.
    boost: 99 - (198 * index) / Math.max(1, count),
    info: async () => {
      const markdown = await service.call("documentation", index);
      return markdown === undefined ? null : markdownElement(markdown);
    },
    apply: (view, chosen, _from, to) => insert(view, chosen, item, to + Math.max(0, item.at.end - pos)),
  };
}

function insert(view: EditorView, chosen: Completion, item: Suggestion, to: number): void {
  for (const { start, end, text } of (item.edits ?? []).toSorted((one, other) => other.start - one.start))
    if (start > to) view.dispatch({ changes: { from: start, to: end, insert: text } });
  snippet(item.snippet ? templateOf(item.snippet) : escaped(item.text))(view, chosen, item.at.start, to);
  for (const { start, end, text } of (item.edits ?? []).toSorted((one, other) => other.start - one.start))
    if (end <= item.at.start) view.dispatch({ changes: { from: start, to: end, insert: text } });
}

function templateOf(snippet: Snippet): string {
  return snippet.map((piece) => (typeof piece === "string" ? escaped(piece) : `\${${piece.hole}}`)).join("");
}

function escaped(text: string): string {
  return text.replaceAll(/[{}]/gu, String.raw`\$&`);
}
