import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createProtocolConnection } from "vscode-languageserver/node";
import { beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { build } from "../built.ts";
import { specification } from "./files.ts";

let server = "";
beforeAll(() => {
  server = join(build("neovim-test-dist"), "cli", "main.js");
});

test("the process ends with its session, although the editor keeps its streams open", async () => {
  const child = spawn(process.execPath, [server, "lsp", "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const connection = createProtocolConnection(child.stdout, child.stdin);
  connection.listen();
  await connection.sendRequest("initialize", { processId: null, rootUri: null, capabilities: {} });
  await connection.sendRequest("shutdown");
  await connection.sendNotification("exit");
  expect(await ended).toEqual([0, null]);
});

const found = spawnSync("nvim", ["--version"], { encoding: "utf8" });
if (found.status !== 0)
  console.warn("Neovim is not installed: the language server is not tried in it. On Debian: apt-get install neovim");

test.skipIf(found.status !== 0)(
  "Neovim shows diagnostics, makes a fix, shows shapes, completes, renames in two files, and formats when it saves",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "mtl-neovim-"));
    const result = join(folder, "result.json");
    writeFileSync(join(folder, "lib.mtl"), "param wide: int = 8\n");
    const main = specification("stream s = words -> embd(wide) -> norm");
    writeFileSync(join(folder, "main.mtl"), main.replace("model m\n", 'model m\nimport { wide } from "./lib.mtl"\n'));
    const { status, stderr } = spawnSync(
      "nvim",
      [
        "--headless",
        "-u",
        "NONE",
        "--cmd",
        `set runtimepath^=${join(packageRoot(), "editors", "neovim")} | filetype plugin on`,
        "-c",
        `luafile ${join(packageRoot(), "test", "language-server", "neovim", "session.lua")}`,
      ],
      {
        encoding: "utf8",
        timeout: 120_000,
        env: {
          ...process.env,
          HOME: folder,
          XDG_STATE_HOME: folder,
          MTL_FOLDER: folder,
          MTL_NODE: process.execPath,
          MTL_SERVER: server,
          MTL_RESULT: result,
        },
      },
    );
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const seen: unknown = JSON.parse(readFileSync(result, "utf8"));
    expect(seen).toMatchObject({
      filetype: "mtl",
      diagnostic: { line: 3, code: "MTL2002" },
      fixed: "stream s = words -> embed(wide) -> norm",
      hover: expect.stringMatching(/tokens\[12\s×\swide=8\]/u),
      completion: expect.arrayContaining(["wide"]),
      renamed: [
        "param breadth: int = 8",
        'import { breadth } from "./lib.mtl"',
        "stream s = words -> embed(breadth) -> norm",
      ],
      saved: "model m",
    });
    expect(seen).not.toHaveProperty("error");
  },
  180_000,
);
