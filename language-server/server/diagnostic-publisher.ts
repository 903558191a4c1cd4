import type { Diagnostic as ProtocolDiagnostic } from "vscode-languageserver";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import type { Level } from "../../compiler/level.ts";
import { diagnosticsOf } from "../service/diagnostics.ts";
import { carried } from "../service/carried-diagnostics.ts";
import { runDiagnosticsOf } from "../service/run-diagnostics.ts";
import type { Workspace } from "../service/workspace.ts";
import type { Server } from "./server.ts";
import { toProtocolDiagnostic } from "./protocol-diagnostic.ts";

/** The levels of the first rounds, each with the milliseconds that it waits for a further edit. The last round waits until the user pauses. */
const rounds: readonly (readonly [level: Level, delay: number])[] = [
  ["names", 0],
  ["shapes", 10],
];

interface Published {
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Finds and publishes diagnostics of open documents in rounds: what the names of a text show at once, what its shapes show as soon as no message
 * waits, and everything when the user pauses. A new edit ends the rounds that have not begun. A client that asks for diagnostics is given
 * those of the last round, and is asked to do so again when a later round has found others.
 */
export class DiagnosticPublisher {
  readonly #server: Server;
  readonly #versions = new Map<string, number>();
  readonly #published = new Map<string, Published>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts edits. */
  #change = 0;

  constructor(server: Server) {
    this.#server = server;
    server.idle.add(() => this.#steps("everything"));
  }

  changed(path: string, version: number): void {
    this.#versions.set(path, version);
    this.#begin();
  }

  closed(path: string): void {
    this.#versions.delete(path);
    this.#published.delete(path);
    if (!this.#isAsked)
      void this.#server.connection.sendDiagnostics({ uri: this.#server.addresses.uriOf(path), diagnostics: [] });
    this.#begin();
  }

  changedOnDisk(): void {
    this.#begin();
  }

  /** The diagnostics of a document for a client that asks for them: those of its names at least. */
  current(path: string): readonly ProtocolDiagnostic[] {
    this.#find(path, "names");
    return this.#shown(path);
  }

  get #isAsked(): boolean {
    const { textDocument, workspace } = this.#server.client;
    return textDocument?.diagnostic !== undefined && workspace?.diagnostics?.refreshSupport === true;
  }

  #begin(round = 0): void {
    clearTimeout(this.#timer);
    if (round === 0) {
      this.#change += 1;
      this.#server.idle.changed();
    }
    const [level, delay] = rounds[round] ?? [];
    if (level !== undefined) this.#timer = setTimeout(() => void this.#run(level, round), delay);
  }

  /** Answers what arrives between two steps; a further edit ends the round. */
  async #run(level: Level, round: number): Promise<void> {
    const change = this.#change;
    const steps = this.#steps(level);
    while (!this.#server.attempt(true, () => steps.next().done === true)) {
      await new Promise((done) => setImmediate(done));
      if (change !== this.#change) return;
    }
    this.#begin(round + 1);
  }

  /** One round, in steps of about one task each. */
  *#steps(level: Level): Generator<undefined, void> {
    const { workspace } = this.#server;
    for (const path of this.#versions.keys())
      for (const entry of workspace.entriesOf(path)) yield* workspace.compileInSteps(entry, level);
    this.#publishAll(level);
  }

  #publishAll(level: Level): void {
    const { connection, addresses } = this.#server;
    const changed = [...this.#versions].filter(([path]) => this.#server.attempt(false, () => this.#find(path, level)));
    if (this.#isAsked && changed.length > 0) connection.languages.diagnostics.refresh().catch(() => {});
    if (this.#isAsked) return;
    for (const [path, version] of changed)
      void connection.sendDiagnostics({ uri: addresses.uriOf(path), version, diagnostics: this.#shown(path) });
  }

  #shown(path: string): ProtocolDiagnostic[] {
    const { diagnostics = [] } = this.#published.get(path) ?? {};
    return diagnostics.map((diagnostic) => toProtocolDiagnostic(this.#server, diagnostic));
  }

  /** Keeps what a level finds in a document, and says whether that is something else than before. */
  #find(path: string, level: Level): boolean {
    const { workspace } = this.#server;
    const text = workspace.textOf(path) ?? "";
    const found = diagnosticsAt(workspace, path, level);
    const before = this.#published.get(path);
    // Until the last round, what an earlier round found beyond this level stays where its text has gone.
    const diagnostics = level === "everything" || !before ? found : carried(before, { text, diagnostics: found });
    if (before?.text === text && sameDiagnostics(before.diagnostics, diagnostics)) return false;
    this.#published.set(path, { text, diagnostics });
    return true;
  }
}

/** The last round includes what the newest run tells. */
function diagnosticsAt(workspace: Workspace, path: string, level: Level): readonly Diagnostic[] {
  const found = diagnosticsOf(workspace, path, level);
  return level === "everything" ? [...found, ...runDiagnosticsOf(workspace, path)] : found;
}

function sameDiagnostics(one: readonly Diagnostic[], other: readonly Diagnostic[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
