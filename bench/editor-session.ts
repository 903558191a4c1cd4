import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setTimeout } from "node:timers/promises";
import {
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  createProtocolConnection,
} from "vscode-languageserver/node";
import { packageRoot } from "../runtime/host/package-root.ts";

/** Milliseconds from an edit to what an editor shows of it. */
interface Sample {
  readonly names: number;
  readonly shapes: number;
  readonly completion: number;
}

/** The wait of the server before its last round of diagnostics. */
const pause = 250;
/** Between an answer and the next key, in milliseconds. */
const betweenKeys = 60;

/** The language server as a process, with the files of a workspace on disk. */
export class EditorSession {
  readonly #process: ChildProcess;
  readonly #connection: ProtocolConnection;
  readonly #folder: string;
  readonly #files: Readonly<Record<string, string>>;
  #version = 1;
  #published: (params: PublishDiagnosticsParams) => void = () => {};

  private constructor(
    child: ChildProcess,
    connection: ProtocolConnection,
    folder: string,
    files: Readonly<Record<string, string>>,
  ) {
    this.#process = child;
    this.#connection = connection;
    this.#folder = folder;
    this.#files = files;
    connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) =>
      this.#published(params),
    );
  }

  static async start(files: Readonly<Record<string, string>>): Promise<EditorSession> {
    const folder = mkdtempSync(join(tmpdir(), "mtl-editor-"));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const child = spawn(process.execPath, [join(packageRoot(), "dist", "cli", "main.js"), "lsp", "--stdio"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const connection = createProtocolConnection(child.stdout, child.stdin);
    const session = new EditorSession(child, connection, folder, files);
    connection.listen();
    const uri = pathToFileURL(folder).href;
    await connection.sendRequest("initialize", {
      processId: null,
      rootUri: uri,
      workspaceFolders: [{ uri, name: "bench" }],
      capabilities: {},
    });
    await connection.sendNotification("initialized", {});
    return session;
  }

  /** Opens a file, and waits for its first diagnostics. */
  async open(name: string): Promise<void> {
    const textDocument = { uri: this.#uriOf(name), languageId: "mtl", version: 1, text: this.#files[name] ?? "" };
    const published = this.#diagnosticsOf(1);
    await this.#connection.sendNotification("textDocument/didOpen", { textDocument });
    await published;
  }

  /** Gives a document another text, and waits for its first diagnostics. */
  async named(name: string, text: string): Promise<void> {
    const version = ++this.#version;
    const published = this.#diagnosticsOf(version);
    await this.#connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: this.#uriOf(name), version },
      contentChanges: [{ text }],
    });
    await published;
  }

  async typed(name: string, { text, offset }: { readonly text: string; readonly offset: number }): Promise<Sample> {
    const lines = text.slice(0, offset).split("\n");
    const at = {
      textDocument: { uri: this.#uriOf(name) },
      position: { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 },
    };
    const begin = performance.now();
    await this.named(name, text);
    const names = performance.now() - begin;
    const beforeCompletion = performance.now();
    await this.#connection.sendRequest("textDocument/completion", at);
    const completion = performance.now() - beforeCompletion;
    await this.#connection.sendRequest("textDocument/hover", at);
    const shapes = performance.now() - begin - completion;
    await setTimeout(betweenKeys);
    return { names, shapes, completion };
  }

  /** Milliseconds from a pause after an edit to a warning that only the last round finds, which a modality without a use causes. */
  async everything(name: string, text: string): Promise<number> {
    const version = ++this.#version;
    const found = new Promise<void>((done) => {
      this.#published = ({ version: of, diagnostics }) => {
        if (of === version && JSON.stringify(diagnostics).includes("unread_by_tasks")) done();
      };
    });
    const begin = performance.now();
    await this.#connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: this.#uriOf(name), version },
      contentChanges: [{ text: `${text}\nmodality unread_by_tasks: text(max_length: 4, tokenizer: characters)\n` }],
    });
    await found;
    const everything = performance.now() - begin - pause;
    await this.named(name, text);
    return everything;
  }

  /** Resident memory of the server. */
  megabytes(): number {
    const [, pages = "0"] = readFileSync(`/proc/${this.#process.pid}/statm`, "utf8").split(" ");
    return Math.round((Number(pages) * 4096) / 2 ** 20);
  }

  async end(): Promise<void> {
    await this.#connection.sendRequest("shutdown");
    await this.#connection.sendNotification("exit");
    this.#connection.dispose();
    this.#process.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #uriOf(name: string): string {
    return pathToFileURL(join(this.#folder, name)).href;
  }

  #diagnosticsOf(version: number): Promise<void> {
    return new Promise((done) => {
      this.#published = (params) => {
        if (params.version === version) done();
      };
    });
  }
}
