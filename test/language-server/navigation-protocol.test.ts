import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import type { Range, SemanticTokens, SemanticTokensDelta, TextEdit, WorkspaceEdit } from "vscode-languageserver";
import { tokenKinds } from "../../language-server/service/semantic-tokens.ts";
import { type Client, startClient } from "./client.ts";
import { specification } from "./files.ts";

/** The text of a range, for expectations. */
function at(text: string, { start, end }: Range): string {
  const lines = text.split("\n");
  if (start.line === end.line) return lines[start.line]?.slice(start.character, end.character) ?? "";
  return `${lines[start.line]?.slice(start.character) ?? ""}…`;
}

function positionOf(text: string, part: string): { line: number; character: number } {
  const lines = text.slice(0, text.indexOf(part)).split("\n");
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

test("a client goes through definitions, references, symbols, colours, layout, links, calls, and renames names and files", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mtl-navigate-"));
  const library = "param width: int = 8\n\nblock encode(x: tokens): tokens {\n  return x -> linear(8)\n}\n";
  const text = `import { encode, width } from "./lib.mtl"\n${specification("stream s = words -> embed(width) -> encode -> norm")}`;
  mkdirSync(join(folder, "parts"));
  writeFileSync(join(folder, "lib.mtl"), library);
  writeFileSync(join(folder, "main.mtl"), text);
  const uriOf = (name: string): string => pathToFileURL(join(folder, name)).href;
  const [uri, lib] = [uriOf("main.mtl"), uriOf("lib.mtl")];
  const client = await startClient(pathToFileURL(folder).href, {
    textDocument: {
      definition: { linkSupport: true },
      documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    },
  });
  try {
    await client.open(uri, text);
    const ask = async <Answer>(method: string, params: object = {}): Promise<Answer> =>
      client.connection.sendRequest(`textDocument/${method}`, { textDocument: { uri }, ...params });
    const onEncode = { position: positionOf(text, "encode -> norm") };

    expect(await ask("definition", onEncode)).toEqual([
      {
        originSelectionRange: {
          start: onEncode.position,
          end: { ...onEncode.position, character: onEncode.position.character + 6 },
        },
        targetUri: lib,
        targetRange: { start: { line: 2, character: 0 }, end: { line: 4, character: 1 } },
        targetSelectionRange: { start: { line: 2, character: 6 }, end: { line: 2, character: 12 } },
      },
    ]);
    const [norm] = await ask<{ targetUri: string }[]>("definition", { position: positionOf(text, "norm") });
    expect(norm?.targetUri).toMatch(/^file:.*compiler\/prelude\/.*\.mtl$/u);
    const [origin] = await ask<{ uri: string; range: Range }[]>("typeDefinition", {
      position: positionOf(text, "norm"),
    });
    expect(origin && at(text, origin.range)).toBe("embed(width)");
    expect(await ask("implementation", onEncode)).toEqual([]);

    const references = await ask<{ uri: string; range: Range }[]>("references", {
      ...onEncode,
      context: { includeDeclaration: true },
    });
    expect(references.map((each) => at(each.uri === lib ? library : text, each.range))).toEqual([
      "encode",
      "encode",
      "encode",
    ]);
    const uses = await ask<unknown[]>("references", { ...onEncode, context: { includeDeclaration: false } });
    expect(uses).toHaveLength(2);
    expect(await ask<unknown[]>("documentHighlight", onEncode)).toHaveLength(2);

    const symbols = await ask<{ name: string; children: unknown[] }[]>("documentSymbol");
    expect(symbols.map(({ name }) => name)).toEqual(["./lib.mtl", "m", "words", "s", "t", "d", "fit"]);
    const found = await client.connection.sendRequest<{ name: string }[]>("workspace/symbol", { query: "enc" });
    expect(found.map(({ name }) => name)).toEqual(["encode"]);

    await checkTokens(client, uri, text);

    const [fold] = await ask<{ startLine: number }[]>("foldingRange", { textDocument: { uri: lib } });
    expect(fold).toMatchObject({ startLine: 2, endLine: 3 });
    const [selection] = await ask<{ range: Range; parent?: { range: Range } }[]>("selectionRange", {
      positions: [onEncode.position],
    });
    expect(selection && at(text, selection.range)).toBe("encode");
    expect(selection?.parent && at(text, selection.parent.range)).toContain("-> encode");

    const links = await ask<{ target?: string }[]>("documentLink");
    expect(links.map(({ target }) => target)).toEqual([lib, undefined]);

    const [item] = await ask<object[]>("prepareCallHierarchy", onEncode);
    const incoming = await client.connection.sendRequest<{ from: { name: string } }[]>("callHierarchy/incomingCalls", {
      item,
    });
    expect(incoming.map(({ from }) => from.name)).toEqual(["s"]);
    const outgoing = await client.connection.sendRequest<{ to: { name: string } }[]>("callHierarchy/outgoingCalls", {
      item,
    });
    expect(outgoing.map(({ to }) => to.name)).toEqual(["linear"]);

    expect(await ask("prepareRename", onEncode)).toMatchObject({ placeholder: "encode" });
    const renamed = await ask<WorkspaceEdit>("rename", { ...onEncode, newName: "mix" });
    expect(Object.entries(renamed.changes ?? {}).map(([each, edits]) => [each, edits.length])).toEqual([
      [lib, 1],
      [uri, 2],
    ]);
    await expect(ask("rename", { ...onEncode, newName: "words" })).rejects.toThrow(/words/u);
    await expect(ask("prepareRename", { position: positionOf(text, "norm") })).rejects.toThrow(
      '"norm" belongs to the standard library.',
    );

    const moved = await client.connection.sendRequest<WorkspaceEdit>("workspace/willRenameFiles", {
      files: [{ oldUri: lib, newUri: uriOf("parts/blocks.mtl") }],
    });
    expect(moved.changes?.[uri]?.map(({ newText }) => newText)).toEqual(['"./parts/blocks.mtl"']);

    const untidy = text.replace("stream s = words", "stream s=words");
    await client.change(uri, 2, untidy);
    const options = { tabSize: 2, insertSpaces: true };
    const line = positionOf(untidy, "stream s");
    const whole = await ask<TextEdit[]>("formatting", { options });
    const range = await ask<TextEdit[]>("rangeFormatting", { options, range: { start: line, end: line } });
    expect(whole.map(({ newText }) => newText).join("").length).toBeGreaterThan(range[0]?.newText.length ?? 0);
    expect(range.map(({ newText }) => newText.trimEnd())).toEqual([text.split("\n")[line.line]]);
    const next = { line: line.line + 1, character: 0 };
    expect(await ask("onTypeFormatting", { options, position: next, ch: "\n" })).toEqual(range);
    await client.change(uri, 3, "stream = \n");
    expect(await ask("formatting", { options })).toEqual([]);
  } finally {
    await client.end();
  }
});

/** Full tokens, those of a range, and what an edit changes of them. */
async function checkTokens(client: Client, uri: string, text: string): Promise<void> {
  const { connection } = client;
  const textDocument = { uri };
  const full = await connection.sendRequest<SemanticTokens>("textDocument/semanticTokens/full", { textDocument });
  expect(full.data.slice(0, 5)).toEqual([0, 0, 6, tokenKinds.indexOf("keyword"), 0]);
  const range = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };
  const part = await connection.sendRequest<SemanticTokens>("textDocument/semanticTokens/range", {
    textDocument,
    range,
  });
  expect(part.data).toEqual(full.data.slice(0, part.data.length));
  await client.change(uri, 2, text.replace("embed(width)", "embed(16)"));
  const delta = await connection.sendRequest<SemanticTokensDelta>("textDocument/semanticTokens/full/delta", {
    textDocument,
    previousResultId: full.resultId,
  });
  const data = [...full.data];
  for (const { start, deleteCount, data: inserted = [] } of delta.edits) data.splice(start, deleteCount, ...inserted);
  const again = await connection.sendRequest<SemanticTokens>("textDocument/semanticTokens/full", { textDocument });
  expect(data).toEqual(again.data);
  expect(delta.edits[0]?.data?.length).toBeLessThan(20);
  await client.change(uri, 2, text);
}
