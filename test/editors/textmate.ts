import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createOnigScanner, createOnigString, loadWASM } from "vscode-oniguruma";
import textmate, { type IGrammar } from "vscode-textmate";
import { packageRoot } from "../../runtime/host/package-root.ts";

/** A part of a text with the names that a grammar gives it, without the name of the language. */
export interface Scoped {
  readonly start: number;
  readonly end: number;
  readonly scopes: readonly string[];
}

export async function loadGrammar(): Promise<IGrammar> {
  const wasm = readFileSync(createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm"));
  await loadWASM(wasm);
  const path = join(packageRoot(), "editors/highlight/mtl.tmLanguage.json");
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: () => Promise.resolve(textmate.parseRawGrammar(readFileSync(path, "utf8"), path)),
  });
  const grammar = await registry.loadGrammar("source.mtl");
  if (!grammar) throw new Error(`${path} is no grammar`);
  return grammar;
}

export function scopesOf(text: string, grammar: IGrammar): readonly Scoped[] {
  let [state, offset] = [textmate.INITIAL, 0];
  return text.split("\n").flatMap((line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    const found = tokens.map(({ startIndex, endIndex, scopes }) => ({
      start: offset + startIndex,
      end: offset + Math.min(endIndex, line.length),
      scopes: scopes.slice(1),
    }));
    state = ruleStack;
    offset += line.length + 1;
    return found;
  });
}
