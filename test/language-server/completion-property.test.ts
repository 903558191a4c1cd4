import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "../../grammar/parse.ts";
import { type CompletionItem, textOfSnippet } from "../../language-server/service/completion/completion-item.ts";
import { completionsAt } from "../../language-server/service/completion/completions.ts";
import { signatureHelpAt } from "../../language-server/service/signature-help.ts";
import { Workspace } from "../../language-server/service/workspace.ts";
import { createMemoryHost } from "../../compiler/host.ts";

const folder = join(import.meta.dirname, "../../examples");
const texts = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith(".mtl"))
    .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
);

function workspaceOf(files: Readonly<Record<string, string>>): Workspace {
  return new Workspace({ ...createMemoryHost(files), specifications: () => Object.keys(files), exists: () => false });
}

/** Numbers that look random and are the same in each run. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

function inserted(text: string, { at, text: plain, snippet, edits = [] }: CompletionItem): string {
  const all = [...edits, { ...at, text: snippet ? textOfSnippet(snippet) : plain }].toSorted(
    (a, b) => b.start - a.start,
  );
  return all.reduce((result, edit) => result.slice(0, edit.start) + edit.text + result.slice(edit.end), text);
}

const mistakes = (text: string): number => parse(text, "m.mtl").problems.length;

/** Characters from one tried offset to the next. A run by hand with a smaller number tries more of them. */
const STRIDE = 61;

test("at the offsets of examples there is an answer, and what is inserted has no more mistakes of syntax than the text had", () => {
  const random = numbersFrom(7);
  const worse: string[] = [];
  const workspace = workspaceOf(texts);
  let tried = 0;
  for (const [path, text] of Object.entries(texts)) {
    const before = mistakes(text);
    for (let offset = Math.floor(random() * STRIDE); offset <= text.length; offset += STRIDE) {
      signatureHelpAt(workspace, path, offset);
      const { items } = completionsAt(workspace, path, offset);
      const item = items[Math.floor(random() * items.length)];
      if (!item) continue;
      tried += 1;
      const result = inserted(text, item);
      if (mistakes(result) > before)
        worse.push(
          `${path}: ${text.slice(Math.max(0, offset - 40), offset)}┆${text.slice(offset, offset + 20)} ← ${item.label}`,
        );
    }
  }
  expect(tried).toBeGreaterThan(200);
  expect(worse).toEqual([]);
});

test("a text that ends anywhere is answered, and what is inserted at its end has no more mistakes of syntax", () => {
  const random = numbersFrom(11);
  const worse: string[] = [];
  for (const [path, text] of Object.entries(texts).slice(0, 6)) {
    for (let end = 0; end <= text.length; end += 131) {
      const cut = text.slice(0, end);
      const workspace = workspaceOf({ [path]: cut });
      signatureHelpAt(workspace, path, end);
      const { items } = completionsAt(workspace, path, end);
      const item = items[Math.floor(random() * items.length)];
      if (item && mistakes(inserted(cut, item)) > mistakes(cut)) worse.push(`${cut.slice(-60)}┆ ← ${item.label}`);
    }
  }
  expect(worse).toEqual([]);
});
