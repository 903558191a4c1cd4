import { join } from "node:path";
import { expect, test } from "vitest";
import { highlightJsModule } from "../../editors/highlight/highlight-js.ts";
import { markdownInjection, textMateGrammar } from "../../editors/highlight/textmate-grammar.ts";
import { vimSyntax } from "../../editors/highlight/vim-syntax.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** `npm run highlighting` writes these files anew. */
test.each([
  ["editors/highlight/mtl.tmLanguage.json", json(textMateGrammar)],
  ["editors/highlight/mtl-in-markdown.tmLanguage.json", json(markdownInjection)],
  ["editors/highlight/highlight.js", highlightJsModule()],
  ["editors/neovim/syntax/mtl.vim", vimSyntax()],
])("%s follows from the token definitions", async (path, text) => {
  await expect(text).toMatchFileSnapshot(join(packageRoot(), path));
});
