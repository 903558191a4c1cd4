import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { CompletionItem, CompletionList, SignatureHelp } from "vscode-languageserver/node";
import { type Client, startClient } from "./client.ts";

const withSnippets = { textDocument: { completion: { completionItem: { snippetSupport: true } } } };

/** A client that has opened a text, with the position of its end. */
async function opened(text: string, abilities = {}): Promise<{ client: Client; at: object; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), "mtl-completion-"));
  const client = await startClient(pathToFileURL(folder).href, abilities);
  onTestFinished(async () => {
    await client.end();
  });
  const uri = pathToFileURL(join(folder, "m.mtl")).href;
  await client.open(uri, text);
  const lines = text.split("\n");
  const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  return { client, folder, at: { textDocument: { uri }, position } };
}

const itemNamed = ({ items }: CompletionList, label: string): CompletionItem | undefined =>
  items.find((item) => item.label === label);

test("an item has its range, its order, a snippet where the client has them, and its documentation when it is asked for", async () => {
  const { client, at } = await opened("stage fit { opt", withSnippets);
  const list: CompletionList = await client.connection.sendRequest("textDocument/completion", at);
  const item = itemNamed(list, "optimizer");
  expect(item).toMatchObject({
    insertTextFormat: 2,
    textEdit: {
      range: { start: { line: 0, character: 12 }, end: { line: 0, character: 15 } },
      newText: "optimizer: ${1:sgd(rate: 0.001)}",
    },
  });
  expect(item?.documentation).toBeUndefined();
  const order = list.items.map(({ sortText = "" }) => sortText);
  expect(order).toEqual(order.toSorted((one, other) => (one < other ? -1 : 1)));
  const resolved: CompletionItem = await client.connection.sendRequest("completionItem/resolve", item);
  expect(resolved.documentation).toMatchObject({ kind: "markdown", value: expect.stringContaining("weight updates") });
});

test("a client without snippets gets plain text", async () => {
  const { client, at } = await opened("stage fit { opt");
  const list: CompletionList = await client.connection.sendRequest("textDocument/completion", at);
  expect(itemNamed(list, "optimizer")).toMatchObject({ insertTextFormat: 1, textEdit: { newText: "optimizer: " } });
});

test("a space asks for items only where a value must come", async () => {
  const { client, at } = await opened("stage fit { batch: 3 ");
  const context = { triggerKind: 2, triggerCharacter: " " };
  const list: CompletionList = await client.connection.sendRequest("textDocument/completion", { ...at, context });
  expect(list.items).toEqual([]);
});

test.each([
  ["JSON Lines", "a.jsonl", '{"label": "fox", "size": 3}\n{"label": "owl", "size": 4}\n'],
  ["CSV", "a.csv", "label,size\nfox,3\nowl,4\n"],
  ["TSV", "a.tsv", "label\tsize\nfox\t3\nowl\t4\n"],
])("columns and values are read from the header and the first rows of %s", async (_, name, content) => {
  const { client, folder, at } = await opened(`dataset d { path: "data/${name}"  weight: "`);
  mkdirSync(join(folder, "data"));
  writeFileSync(join(folder, "data", name), content);
  let list: CompletionList = await client.connection.sendRequest("textDocument/completion", at);
  // A client asks again where a list is incomplete: on a busy machine the table may not have been read yet.
  while (list.isIncomplete) list = await client.connection.sendRequest("textDocument/completion", at);
  expect(list.items.map(({ label, detail }) => [label, detail])).toEqual([
    ["label", "fox, owl"],
    ["size", "3, 4"],
  ]);
});

test("a path is completed from the folder on disk", async () => {
  const { client, folder, at } = await opened('dataset d { path: "data/');
  mkdirSync(join(folder, "data"));
  writeFileSync(join(folder, "data", "a.csv"), "");
  const list: CompletionList = await client.connection.sendRequest("textDocument/completion", at);
  expect(list.items.map(({ label }) => label)).toEqual(["a.csv"]);
});

test("a call has its signature with the active parameter", async () => {
  const { client, at } = await opened("stage fit { optimizer: adamw(rate: 1e-3, beta1: ");
  const help: SignatureHelp = await client.connection.sendRequest("textDocument/signatureHelp", at);
  const [signature] = help.signatures;
  const [start, end] = (signature?.parameters?.[help.activeParameter ?? 0]?.label ?? [0, 0]) as [number, number];
  expect(signature?.label.slice(start, end)).toBe("beta1: rate = 0.9");
});
