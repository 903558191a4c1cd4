import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tokenMatcher } from "chevrotain";
import { afterAll, describe, expect, test } from "vitest";
import { lex } from "../../grammar/lex.ts";
import { heads, NumberLiteral, StringLiteral } from "../../grammar/tokens.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { silentServer } from "./silent-server.ts";

const nvim = process.env["NVIM"] ?? "nvim";
const version = spawnSync(nvim, ["--version"], { encoding: "utf8" });
const isInstalled = version.status === 0;
if (!isInstalled)
  process.stderr.write("Neovim is not installed, so editors/neovim is not tested: apt-get install neovim\n");

const plugin = join(packageRoot(), "editors/neovim");
const folder = mkdtempSync(join(tmpdir(), "mtl-neovim-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs lines of Lua after a file was opened, and gives what they write by `say`, as JSON. */
function inNeovim(file: string, lua: string, before = ""): unknown {
  const [script, early, result] = ["script.lua", "early.lua", "result.json"].map((name) => join(folder, name));
  if (script === undefined || early === undefined || result === undefined) return undefined;
  writeFileSync(early, `vim.opt.runtimepath:prepend(${JSON.stringify(plugin)})\n${before}`);
  writeFileSync(
    script,
    `local function say(value)
  local file = io.open(${JSON.stringify(result)}, "w")
  file:write(vim.json.encode(value))
  file:close()
end
local done, reason = pcall(function()
${lua}
end)
if not done then io.stderr:write(reason) end
vim.cmd("qall!")
`,
  );
  const ran = spawnSync(nvim, ["--headless", "--clean", "--cmd", `luafile ${early}`, file, "-c", `luafile ${script}`], {
    encoding: "utf8",
    timeout: 30_000,
  });
  if (ran.stderr.includes("Error") || ran.status !== 0) throw new Error(ran.stderr);
  return JSON.parse(readFileSync(result, "utf8"));
}

describe.skipIf(!isInstalled)("Neovim", () => {
  test("knows the type of a file, its comments and its indentation", () => {
    const file = join(folder, "a.mtl");
    writeFileSync(file, "param a = 1\n");
    expect(
      inNeovim(file, `say({ vim.bo.filetype, vim.bo.commentstring, vim.bo.shiftwidth, vim.b.current_syntax })`),
    ).toEqual(["mtl", "// %s", 2, "mtl"]);
  });

  test("colours words as the lexer reads them", () => {
    const text = ["compiler/prelude/transformer.mtl", "examples/mbt.mtl", "test/editors/scopes.mtl"]
      .map((path) => readFileSync(join(packageRoot(), path), "utf8"))
      .join("\n");
    const file = join(folder, "coloured.mtl");
    writeFileSync(file, text);
    const names = inNeovim(
      file,
      `local names = {}
for row = 1, vim.fn.line("$") do
  local line, columns = vim.fn.getline(row), {}
  for column = 1, #line do
    columns[column] = vim.fn.synIDattr(vim.fn.synID(row, column, 1), "name")
  end
  names[row] = table.concat(columns, ",")
end
say(names)`,
    ) as readonly string[];
    const nameAt = (offset: number): string => {
      const rows = text.slice(0, offset).split("\n");
      const column = Buffer.byteLength(rows.at(-1) ?? "");
      return names[rows.length - 1]?.split(",")[column] ?? "";
    };
    const headTypes = new Set<unknown>(Object.values(heads));
    const { tokens, comments } = lex(text);
    const wrong = tokens.flatMap((token) => {
      const name = nameAt(token.startOffset);
      const wanted = headTypes.has(token.tokenType)
        ? "mtlHead"
        : tokenMatcher(token, StringLiteral)
          ? "mtlString"
          : tokenMatcher(token, NumberLiteral)
            ? "mtlNumber"
            : undefined;
      const isRight = wanted === undefined ? !/^mtl(?:Head|String|Number|Comment|Doc)/.test(name) : name === wanted;
      return isRight ? [] : [`${token.image} in line ${text.slice(0, token.startOffset).split("\n").length}: ${name}`];
    });
    expect(wrong).toEqual([]);
    for (const { startOffset, image } of comments)
      expect(nameAt(startOffset)).toBe(/^\/\/\/(?!\/)/.test(image) ? "mtlDocumentation" : "mtlComment");
  });

  test("starts one server for a project, that of its node_modules, and attaches its buffers", () => {
    const project = join(folder, "project");
    mkdirSync(join(project, "node_modules/.bin"), { recursive: true });
    mkdirSync(join(project, "models"));
    const server = join(project, "node_modules/.bin/mtl");
    writeFileSync(server, `#!/usr/bin/env node\n${silentServer}`, { mode: 0o755 });
    for (const name of ["a", "b"]) writeFileSync(join(project, `models/${name}.mtl`), "param a = 1\n");
    const said = inNeovim(
      join(project, "models/a.mtl"),
      `vim.cmd("edit ${join(project, "models/b.mtl")}")
vim.wait(5000, function()
  local _, client = next(vim.lsp.get_active_clients())
  return client and client.initialized
end, 20)
local found = {}
for _, client in pairs(vim.lsp.get_active_clients()) do
  table.insert(found, { client.name, client.config.root_dir, client.config.cmd, vim.lsp.buf_is_attached(vim.fn.bufnr("a.mtl"), client.id) })
end
say(found)`,
      `require("mtl").setup()`,
    );
    expect(said).toEqual([["mtl", project, [server, "lsp", "--stdio"], true]]);
  });

  test("says how to install mtl where there is none", () => {
    const file = join(folder, "alone.mtl");
    writeFileSync(file, "param a = 1\n");
    expect(
      inNeovim(
        file,
        `say(_G.warned)`,
        `vim.env.PATH = ""\nvim.notify = function(message) _G.warned = message end\nrequire("mtl").setup()`,
      ),
    ).toMatch(/npm install --save-dev mtl/u);
  });
});
