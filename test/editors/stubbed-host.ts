import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compileFunction } from "node:vm";

/** The requests of an extension to its host. */
export interface HostRecord {
  readonly commands: Map<string, (...given: unknown[]) => unknown>;
  readonly tasks: StubbedTask[];
  readonly messages: string[];
  readonly opened: unknown[];
  /** The texts of panels. */
  readonly panels: { readonly webview: { html: string } }[];
  /** Calls those who follow the cursor. */
  readonly moveCursor: ((event: object) => void)[];
}

export interface StubbedTask {
  readonly name: string;
  readonly execution: { readonly command: string; readonly args: readonly { readonly value: string }[] };
  readonly problemMatchers: readonly string[];
}

interface HostSettings {
  readonly folder: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly isTrusted?: false;
}

/** Everything that is asked for and is not stubbed: a function, a class or an object, as needed. */
function anything(): unknown {
  return new Proxy(function Anything() {}, {
    get: (target, key) => {
      if (key === "then" || key === Symbol.iterator || key === Symbol.toPrimitive) return undefined;
      if (key === "prototype") return target.prototype as unknown;
      return anything();
    },
    apply: () => anything(),
    construct: (target, given, derived) => Reflect.construct(target, given, derived) as object,
  });
}

/** An object some of whose members are given; the others are anything. */
function partly(given: object): unknown {
  return new Proxy(given, { get: (target, key) => (key in target ? Reflect.get(target, key) : anything()) });
}

/**
 * The part of VS Code that the extension uses, without an editor: VS Code's own test host is downloaded, which these tests do not do.
 */
function stubbedVsCode({ folder, settings = {}, isTrusted }: HostSettings, record: HostRecord): unknown {
  const disposable = { dispose: () => {} };
  const event = () => disposable;
  const uriOf = (path: string) => ({
    scheme: "file",
    path,
    fsPath: path,
    toString: () => pathToFileURL(path).href,
  });
  const workspaceFolder = { uri: uriOf(folder), name: "project", index: 0 };
  class Emitter {
    readonly event = event;
    fire(): void {}
    dispose(): void {}
  }
  const register = (name: string, run: (...given: unknown[]) => unknown) => {
    record.commands.set(name, run);
    return disposable;
  };
  return partly({
    version: "1.91.0",
    env: {
      asExternalUri: (uri: unknown) => Promise.resolve(uri),
      appName: "test",
      language: "en",
      appHost: "desktop",
      openExternal: (uri: unknown) => record.opened.push(uri),
    },
    EventEmitter: Emitter,
    Disposable: class {
      dispose(): void {}
    },
    Uri: {
      file: uriOf,
      parse: (text: string) =>
        text.startsWith("file:") ? uriOf(fileURLToPath(text)) : { scheme: text.split(":")[0], toString: () => text },
    },
    ShellQuoting: { Strong: 2 },
    TaskScope: { Workspace: 2 },
    TaskGroup: { Build: "build" },
    ViewColumn: { Beside: -2 },
    ShellExecution: function ShellExecution(command: string, args: readonly unknown[]) {
      return { command, args };
    },
    Task: function Task(...[, , name, , execution, problemMatchers]: unknown[]) {
      return { name, execution, problemMatchers };
    },
    commands: partly({
      registerCommand: register,
      executeCommand: (...given: unknown[]) => Promise.resolve(record.opened.push(given)),
    }),
    tasks: partly({
      registerTaskProvider: () => disposable,
      executeTask: (task: StubbedTask) => Promise.resolve(record.tasks.push(task)),
      onDidEndTaskProcess: event,
    }),
    window: partly({
      showWarningMessage: (message: string) => Promise.resolve(void record.messages.push(message)),
      showErrorMessage: (message: string) => Promise.resolve(void record.messages.push(message)),
      showInformationMessage: (message: string) => Promise.resolve(void record.messages.push(message)),
      activeTextEditor: undefined,
      visibleTextEditors: [],
      tabGroups: partly({ all: [], onDidChangeTabs: event }),
      onDidChangeActiveTextEditor: event,
      onDidChangeTextEditorSelection: (follow: (event: object) => void) => {
        record.moveCursor.push(follow);
        return disposable;
      },
      createWebviewPanel: () => {
        const panel = { webview: { html: "" }, reveal: () => {}, onDidDispose: event, dispose: () => {} };
        record.panels.push(panel);
        return panel;
      },
    }),
    workspace: partly({
      isTrusted: isTrusted ?? true,
      workspaceFolders: [workspaceFolder],
      textDocuments: [],
      notebookDocuments: [],
      getWorkspaceFolder: () => workspaceFolder,
      asRelativePath: (uri: { readonly path: string }) => uri.path,
      getConfiguration: () => ({
        get: (name: string, fallback: unknown) => (name in settings ? settings[name] : fallback),
        inspect: () => undefined,
      }),
      openTextDocument: () => Promise.resolve({ save: () => Promise.resolve(true) }),
      onDidGrantWorkspaceTrust: event,
      onDidChangeConfiguration: event,
    }),
  });
}

export interface LoadedExtension {
  readonly activate: (context: object) => Promise<void>;
  readonly deactivate: () => Promise<void>;
}

/** Loads a bundled extension as VS Code does, with a stub in the position of `vscode`. */
export function loadExtension(
  file: string,
  settings: HostSettings,
): { readonly extension: LoadedExtension; readonly record: HostRecord } {
  const record: HostRecord = { commands: new Map(), tasks: [], messages: [], opened: [], panels: [], moveCursor: [] };
  const vscode = stubbedVsCode(settings, record);
  const required = createRequire(file);
  const module = { exports: {} as LoadedExtension };
  const names = ["require", "module", "exports", "__filename", "__dirname"];
  const run = compileFunction(readFileSync(file, "utf8"), names, { filename: file });
  const load = (name: string): unknown => (name === "vscode" ? vscode : required(name));
  run(load, module, module.exports, file, dirname(file));
  return { extension: module.exports, record };
}
