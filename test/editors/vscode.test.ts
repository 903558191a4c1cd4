import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { printSpecification } from "../../compiler/formatter/print.ts";
import { commandOf, findMtl } from "../../editors/vscode/src/find-mtl.ts";
import { parse } from "../../grammar/parse.ts";
import { defaultSettings } from "../../language-server/server/settings.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { folderWith, mtl } from "../cli/run.ts";
import { silentServer } from "./silent-server.ts";
import { loadExtension } from "./stubbed-host.ts";

const root = packageRoot();
const source = join(root, "editors/vscode");
const out = mkdtempSync(join(tmpdir(), "mtl-vscode-"));
const built = join(out, "vscode");
afterAll(() => rmSync(out, { recursive: true, force: true }));
beforeAll(() => {
  execFileSync(process.execPath, [join(source, "make-vsix.mjs"), "--outDir", out], { stdio: "pipe" });
});

const read = (path: string): string => readFileSync(join(source, path), "utf8");
interface Manifest {
  readonly version: string;
  readonly main: string;
  readonly icon: string;
  readonly engines: { readonly vscode: string };
  readonly contributes: {
    readonly languages: readonly { readonly configuration: string }[];
    readonly grammars: readonly { readonly path: string }[];
    readonly snippets: readonly { readonly path: string }[];
    readonly commands: readonly { readonly command: string }[];
    readonly problemMatchers: readonly { readonly pattern: readonly { readonly regexp: string }[] }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
  };
}
const manifest = JSON.parse(read("package.json")) as Manifest;
const { contributes } = manifest;

describe("the .vsix", () => {
  test("has the files that its manifest names, and what the marketplaces ask for", () => {
    const [name = ""] = readdirSync(out).filter((each) => each.endsWith(".vsix"));
    const files = unzipSync(readFileSync(join(out, name)));
    const text = (path: string): string => Buffer.from(files[path] ?? []).toString("utf8");
    const named = [
      manifest.main,
      manifest.icon,
      ...[...contributes.grammars, ...contributes.snippets].map(({ path }) => path),
    ];
    for (const path of [...named, contributes.languages[0]?.configuration ?? "", "server/server.mjs", "LICENSES.txt"])
      expect(Object.keys(files)).toContain(`extension/${path.replace(/^\.\//u, "")}`);
    const vsix = text("extension.vsixmanifest");
    for (const [, path = ""] of vsix.matchAll(/<Asset [^>]*Path="([^"]+)"/g))
      expect(Object.keys(files)).toContain(path);
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
    expect(vsix).toContain(`Version="${version}"`);
    expect(JSON.parse(text("extension/package.json"))).toMatchObject({ version });
    for (const path of Object.keys(files).filter((each) => !each.startsWith("[")))
      expect(text("[Content_Types].xml")).toContain(`Extension="${/\.\w+$/.exec(path)?.[0]}"`);
    expect(text("extension/readme.md")).not.toMatch(/\]\((?!https:)/u);
  });

  test("serves an editor alone: messages about a text that is wrong, and a preview", async () => {
    const server = spawn(process.execPath, [join(built, "server/server.mjs"), "lsp", "--stdio"]);
    const send = (message: object): void => {
      const text = JSON.stringify({ jsonrpc: "2.0", ...message });
      server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    };
    const uri = pathToFileURL(join(out, "a.mtl")).href;
    const seen = new Promise<string>((done) => {
      let text = "";
      server.stdout.on("data", (part: Buffer) => {
        text += part.toString("utf8");
        if (text.includes("MTL2002")) done(text);
      });
    });
    send({ id: 1, method: "initialize", params: { processId: null, rootUri: null, capabilities: {} } });
    send({ method: "initialized", params: {} });
    const textDocument = { uri, languageId: "mtl", version: 1, text: "model a\nstream s = nowhere -> norm\n" };
    send({ method: "textDocument/didOpen", params: { textDocument } });
    expect(await seen).toContain('"nowhere\\" is not defined');
    const answered = new Promise<string>((done) => {
      server.stdout.on("data", (part: Buffer) => {
        const [url] = /http:\/\/127\.0\.0\.1:\d+\/\w+\//.exec(part.toString("utf8")) ?? [];
        if (url !== undefined) done(url);
      });
    });
    send({ id: 2, method: "workspace/executeCommand", params: { command: "mtl.preview", arguments: [uri] } });
    const page = await fetch(await answered);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, expect.stringContaining("text/html")]);
    server.kill();
  });
});

describe("mtl is found", () => {
  const main = (folder: string): string => join(folder, "node_modules/mtl/dist/cli/main.js");
  const search = (there: readonly string[], more: object = {}) =>
    findMtl({
      setting: "",
      folders: [join("/", "work", "project")],
      bundled: "/extension/server.mjs",
      exists: (path) => there.includes(path),
      ...more,
    });

  test("in the workspace or above it, else in the extension, else not at all", () => {
    const [own, above] = [main(join("/", "work", "project")), main(join("/", "work"))];
    expect(search([own, above])).toEqual({ main: own, from: "workspace" });
    expect(search([above, "/extension/server.mjs"])).toEqual({ main: above, from: "workspace" });
    expect(search(["/extension/server.mjs"])).toEqual({ main: "/extension/server.mjs", from: "extension" });
    expect(search([])).toBeUndefined();
  });

  test("by the setting, as a folder or a file, and no other is taken if that is wrong", () => {
    const file = join("/opt/mtl", "dist/cli/main.js");
    expect(search([file], { setting: "/opt/mtl" })).toEqual({ main: file, from: "setting" });
    expect(search([file], { setting: file })).toEqual({ main: file, from: "setting" });
    expect(search([main(join("/", "work"))], { setting: "/opt/mtl" })).toBeUndefined();
  });

  test("and run in a terminal, if it can train", () => {
    expect(commandOf({ main: "/a/main.js", from: "workspace" })).toEqual(["npx", "mtl"]);
    expect(commandOf({ main: "/a/main.js", from: "setting" })).toEqual(["node", "/a/main.js"]);
    expect(commandOf({ main: "/a/server.mjs", from: "extension" })).toBeUndefined();
  });
});

describe("in a stubbed host", () => {
  const project = join(out, "project");
  const main = join(project, "node_modules/mtl/dist/cli/main.js");
  const heard = join(out, "heard.json");
  const context = (folder: string): object => ({ extensionPath: folder, subscriptions: [] });
  const load = (settings: object = {}) => loadExtension(join(built, "extension.cjs"), { folder: project, ...settings });

  beforeAll(() => {
    mkdirSync(join(project, "node_modules/mtl/dist/cli"), { recursive: true });
    writeFileSync(
      main,
      `const { appendFileSync, writeFileSync } = require("node:fs");
writeFileSync(${JSON.stringify(heard)}, JSON.stringify(process.argv.slice(2)));
globalThis.hear = (...message) => appendFileSync(${JSON.stringify(`${heard}.lines`)}, JSON.stringify(message) + "\\n");
${silentServer}`,
    );
  });

  test("it starts the workspace's server and registers the commands of its manifest", async () => {
    const { extension, record } = load();
    await extension.activate(context(built));
    expect(JSON.parse(readFileSync(heard, "utf8"))).toEqual(["lsp", "--stdio"]);
    expect(record.messages).toEqual([]);
    const commands = contributes.commands.map(({ command }) => command);
    expect([...record.commands.keys()]).toEqual(expect.arrayContaining(commands));
    await extension.deactivate();
  });

  test("commands run mtl on a file, with the words that a code lens gives", async () => {
    const { extension, record } = load();
    await extension.activate(context(built));
    const file = join(project, "a model.mtl");
    await record.commands.get("mtl.train")?.(pathToFileURL(file).href, "--steps", "5");
    await record.commands.get("mtl.check")?.(pathToFileURL(file).href);
    await record.commands.get("mtl.graph")?.(pathToFileURL(file).href);
    const shown = record.tasks.map(({ execution: { command, args }, problemMatchers }) => [
      [command, ...args.map(({ value }) => value)].join(" "),
      ...problemMatchers,
    ]);
    expect(shown).toEqual([
      [`npx mtl train ${file} --steps 5`],
      [`npx mtl check ${file}`, "$mtl"],
      [`npx mtl graph ${file} --output ${join(tmpdir(), "a model.png")}`],
    ]);
    await record.commands.get("mtl.openPage")?.("https://example.org/page");
    expect(String(record.opened.at(-1))).toBe("https://example.org/page");
    await extension.deactivate();
  });

  test("a preview is a panel with the page of the server, which learns where the cursor is", async () => {
    const { extension, record } = load();
    await extension.activate(context(built));
    const uri = pathToFileURL(join(project, "a.mtl")).href;
    await record.commands.get("mtl.preview")?.(uri);
    await record.commands.get("mtl.preview")?.(uri);
    expect(record.panels).toHaveLength(1);
    expect(record.panels[0]?.webview.html).toContain('<iframe src="http://127.0.0.1:9/token/"');
    const document = { languageId: "mtl", uri: { toString: () => uri } };
    for (const move of record.moveCursor)
      move({ textEditor: { document }, selections: [{ active: { line: 3, character: 4 } }] });
    const cursor = { textDocument: { uri }, position: { line: 3, character: 4 } };
    await vi.waitFor(
      () => expect(readFileSync(`${heard}.lines`, "utf8")).toContain(JSON.stringify(["mtl/cursor", cursor])),
      10_000,
    );
    await extension.deactivate();
  });

  test("without mtl anywhere it says so, with ways out, and the commands do too", async () => {
    const { extension, record } = load({ folder: join(out, "empty") });
    await extension.activate(context(join(out, "nothing")));
    await record.commands.get("mtl.train")?.(pathToFileURL(join(out, "a.mtl")).href);
    expect(record.messages).toEqual([
      "mtl is not installed in this workspace, so there are no messages, shapes or completions.",
      "mtl is not installed in this workspace, so it cannot be checked, drawn or trained in a terminal.",
    ]);
  });

  test("in a workspace that is not trusted nothing of the workspace runs", async () => {
    rmSync(heard);
    const { extension, record } = load({ isTrusted: false, settings: { "server.path": main } });
    await extension.activate(context(join(out, "nothing")));
    expect(record.messages).toHaveLength(1);
    expect(existsSync(heard)).toBe(false);
  });
});

test("the problem matcher reads what `mtl check` prints", async () => {
  const folder = folderWith({ "a.mtl": "model a\nstream s = nowhere -> norm\n" });
  const { stdout } = await mtl(["check", "a.mtl"], { cwd: folder });
  const [first, second] = (contributes.problemMatchers[0]?.pattern ?? []).map(({ regexp }) => new RegExp(regexp));
  const lines = stdout.split("\n");
  const at = lines.findIndex((line) => line.startsWith("error"));
  expect(first?.exec(lines[at] ?? "")?.slice(1)).toEqual(["error", "MTL2002", '"nowhere" is not defined.']);
  expect(second?.exec(lines[at + 1] ?? "")?.slice(1)).toEqual(["a.mtl", "2", "12"]);
});

test("settings have the defaults of the server, and lines in the readme", () => {
  const { properties } = contributes.configuration;
  const { codeLens, inlayHints } = defaultSettings;
  expect(properties["mtl.codeLens"]?.default).toBe(codeLens);
  for (const [kind, isShown] of Object.entries(inlayHints))
    expect(properties[`mtl.inlayHints.${kind}`]?.default, kind).toBe(isShown);
  for (const name of Object.keys(contributes.configuration.properties))
    expect(read("README.md")).toContain(name.replace(/^mtl\.inlayHints/u, ""));
});

test("brackets and comments indent and go on as the formatter lays them out", () => {
  const { indentationRules, onEnterRules } = JSON.parse(read("language-configuration.json")) as {
    readonly indentationRules: { readonly increaseIndentPattern: string; readonly decreaseIndentPattern: string };
    readonly onEnterRules: readonly { readonly beforeText: string }[];
  };
  const increases = new RegExp(indentationRules.increaseIndentPattern);
  for (const line of ["task t {", "param a = [", "stream s = f( // why", "block f(x: tokens): tokens { // {"])
    expect(increases.test(line), line).toBe(true);
  for (const line of ['param a = "{', "// task t {", 'let a = "x" // [', "task t { from: s }"])
    expect(increases.test(line), line).toBe(false);
  expect(new RegExp(indentationRules.decreaseIndentPattern).test("  } -> norm")).toBe(true);
  const [documentation = { beforeText: "" }] = onEnterRules;
  expect(new RegExp(documentation.beforeText).test("  /// A sentence.")).toBe(true);
  expect(new RegExp(documentation.beforeText).test("///")).toBe(false);
});

test("snippets are specifications as `mtl fmt` writes them", () => {
  const snippets = JSON.parse(read("snippets/mtl.json")) as Readonly<
    Record<string, { readonly body: readonly string[] }>
  >;
  for (const [name, { body }] of Object.entries(snippets)) {
    const filled = body.join("\n").replaceAll(/\$\{\d+:([^{}]*)\}|\$\d+/g, "$1");
    const text = name === "Repeat" ? `stream s = x -> ${filled}\n` : `${filled.trimEnd()}\n`;
    const { tree, problems } = parse(text, "a.mtl");
    expect(problems, text).toEqual([]);
    expect(printSpecification(tree, { source: text }), name).toBe(text);
  }
});
