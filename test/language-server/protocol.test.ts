import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ClientCapabilities } from "vscode-languageserver";
import { expect, onTestFinished, test } from "vitest";
import { type Client, startClient } from "./client.ts";
import { specification } from "./files.ts";

async function clientIn(
  files: Readonly<Record<string, string>>,
  capabilities: ClientCapabilities = {},
): Promise<{ client: Client; uriOf: (name: string) => string }> {
  const folder = mkdtempSync(join(tmpdir(), "mtl-lsp-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const client = await startClient(pathToFileURL(folder).href, capabilities);
  let ended = false;
  onTestFinished(async () => {
    if (!ended) await client.end();
    ended = true;
  });
  return { client, uriOf: (name) => pathToFileURL(join(folder, name)).href };
}

test("an edit is answered by diagnostics of its version, with a page for each code, and closing clears them", async () => {
  const { client, uriOf } = await clientIn({});
  const uri = uriOf("m.mtl");
  await client.open(uri, specification("stream s = words -> embed(8)"));
  await client.change(uri, 2, specification("stream s = word -> embed(8)"));
  const { diagnostics } = await client.diagnostics(uri, (params) => params.version === 2);
  expect(diagnostics[0]).toMatchObject({
    code: "MTL2002",
    range: { start: { line: 2, character: 11 }, end: { line: 2, character: 15 } },
  });
  expect(diagnostics[0]?.codeDescription?.href).toMatch(/diagnostics\.md#mtl2002-unknown_name$/u);
  await client.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  await client.diagnostics(uri, (params) => params.version === undefined && params.diagnostics.length === 0);
});

test("a session ends with the code 0 after shutdown", async () => {
  const client = await startClient(pathToFileURL(tmpdir()).href);
  expect(await client.end()).toBe(0);
});

test("a client that asks for diagnostics is given those of the last round, and is told of others", async () => {
  const { client, uriOf } = await clientIn(
    {},
    { textDocument: { diagnostic: {} }, workspace: { diagnostics: { refreshSupport: true } } },
  );
  const uri = uriOf("m.mtl");
  const refreshed = new Promise<void>((done) =>
    client.connection.onRequest("workspace/diagnostic/refresh", () => done()),
  );
  await client.open(uri, specification("stream s = words -> embed(8)\nstream unused = words -> embed(4)"));
  await refreshed;
  const codes = async (): Promise<readonly unknown[]> => {
    const { items } = await client.connection.sendRequest<{ items: readonly { code: string }[] }>(
      "textDocument/diagnostic",
      { textDocument: { uri } },
    );
    return items.map(({ code }) => code);
  };
  await expect.poll(codes).toEqual(["MTL5010"]);
});
