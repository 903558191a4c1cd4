import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tokenMatcher } from "chevrotain";
import { beforeAll, describe, expect, test } from "vitest";
import type { IGrammar } from "vscode-textmate";
import { lex } from "../../grammar/lex.ts";
import { heads, NumberLiteral, StringLiteral } from "../../grammar/tokens.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { loadGrammar, type Scoped, scopesOf } from "./textmate.ts";

const root = packageRoot();
const files = ["compiler/prelude", "examples", "examples/full", "test/grammar/fixtures"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".mtl"))
    .map((name) => `${folder}/${name}`),
);
const headTypes = new Set<unknown>(Object.values(heads));

let grammar: IGrammar;
beforeAll(async () => {
  grammar = await loadGrammar();
});

describe("the grammar for highlighting reads as the lexer does", () => {
  test.each(files)("%s", (path) => {
    const text = readFileSync(join(root, path), "utf8");
    const { tokens, comments } = lex(text);
    const scoped = scopesOf(text, grammar);
    const scopesAt = (offset: number): string => found(scoped, offset).join(" ");
    const wrong = tokens.flatMap((token) => {
      const scopes = scopesAt(token.startOffset);
      const isHead = headTypes.has(token.tokenType);
      const line = `${token.image} in ${text.slice(0, token.startOffset).split("\n").length}: ${scopes}`;
      const isRight =
        scopes.includes("keyword.declaration") === isHead &&
        scopes.startsWith("string.quoted") === tokenMatcher(token, StringLiteral) &&
        scopes.startsWith("constant.numeric") === tokenMatcher(token, NumberLiteral) &&
        !scopes.startsWith("comment");
      return isRight ? [] : [line];
    });
    expect(wrong).toEqual([]);
    for (const { startOffset, image } of comments) {
      expect(scopesAt(startOffset)).toBe(
        /^\/\/\/(?!\/)/.test(image) ? "comment.line.documentation.mtl" : "comment.line.double-slash.mtl",
      );
      expect(scopesAt(startOffset + image.length - 1)).toMatch(/^comment/u);
    }
  });
});

function found(scoped: readonly Scoped[], offset: number): readonly string[] {
  return scoped.find(({ start, end }) => start <= offset && offset < end)?.scopes ?? [];
}

test("each construct has the names of scopes that themes know", async () => {
  const path = join(root, "test/editors/scopes.mtl");
  const text = readFileSync(path, "utf8");
  const scoped = scopesOf(text, grammar);
  let offset = 0;
  const shown = text.split("\n").flatMap((line) => {
    const start = offset;
    offset += line.length + 1;
    const parts = scoped.filter(
      (part) => part.start >= start && part.end <= start + line.length && part.scopes.length > 0,
    );
    const marks = parts.map(
      (part) =>
        `${" ".repeat(part.start - start)}${"^".repeat(part.end - part.start)} ${part.scopes.map((scope) => scope.replace(/\.mtl$/u, "")).join(" ")}`,
    );
    return line === "" ? [] : [line, ...marks];
  });
  await expect(`${shown.join("\n")}\n`).toMatchFileSnapshot("scopes.txt");
});
