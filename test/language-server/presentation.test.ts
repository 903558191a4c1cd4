import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { CodeLens, InlayHint } from "vscode-languageserver/node";
import { startClient } from "./client.ts";
import { specification } from "./files.ts";

test("hints can be switched off, and the client is asked to show costs when they have been counted", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mtl-lsp-"));
  const client = await startClient(pathToFileURL(folder).href, {
    workspace: {
      configuration: true,
      inlayHint: { refreshSupport: true },
      codeLens: { refreshSupport: true },
    },
  });
  onTestFinished(async () => void (await client.end()));
  let settings: unknown = { inlayHints: { shapes: true } };
  client.connection.onRequest("workspace/configuration", () => [settings]);
  const refreshed = { hints: 0, lenses: 0 };
  client.connection.onRequest("workspace/inlayHint/refresh", () => void (refreshed.hints += 1));
  client.connection.onRequest("workspace/codeLens/refresh", () => void (refreshed.lenses += 1));

  const uri = pathToFileURL(join(folder, "m.mtl")).href;
  const range = { start: { line: 0, character: 0 }, end: { line: 100, character: 0 } };
  const hints = (): Promise<InlayHint[]> =>
    client.connection.sendRequest("textDocument/inlayHint", { textDocument: { uri }, range });
  const lenses = (): Promise<CodeLens[]> =>
    client.connection.sendRequest("textDocument/codeLens", { textDocument: { uri } });
  await client.open(uri, specification("stream s = words -> embed(8)"));
  expect((await hints()).map(({ label }) => label)).toContain("tokens[12\u{a0}×\u{a0}8]");
  await expect
    .poll(async () => (await lenses()).map(({ command }) => command?.title).join(), { timeout: 20_000 })
    .toMatch(/2\.0 k parameters/u);
  await expect.poll(() => refreshed.lenses).toBeGreaterThan(0);
  const train = (await lenses()).find(({ command }) => command?.title === "train");
  expect(train?.command).toMatchObject({ command: "mtl.train", arguments: [uri] });

  settings = { inlayHints: { shapes: false, parameters: false }, codeLens: false };
  const before = refreshed.hints;
  await client.connection.sendNotification("workspace/didChangeConfiguration", { settings: {} });
  await expect.poll(() => refreshed.hints).toBeGreaterThan(before);
  expect(await hints()).toEqual([]);
  expect(await lenses()).toEqual([]);
});
