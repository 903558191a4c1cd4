import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import type { Level } from "../../compiler/level.ts";
import { diagnosticsOf } from "../service/diagnostics.ts";
import { carried } from "../service/carried-diagnostics.ts";
import type { Server } from "./server.ts";
import { toProtocolDiagnostic } from "./protocol-diagnostic.ts";

/** The levels of one round, each with the milliseconds that it waits for a further edit. */
const rounds: readonly (readonly [level: Level, delay: number])[] = [
  ["names", 0],
  ["shapes", 10],
  ["everything", 250],
];

interface Published {
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Publishes diagnostics of open documents in rounds: what the names of a text show at once, what its shapes show as soon as no message
 * waits, and everything when the user pauses. A new edit ends the rounds that have not begun.
 */
export class DiagnosticPublisher {
  readonly #server: Server;
  readonly #versions = new Map<string, number>();
  readonly #published = new Map<string, Published>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(server: Server) {
    this.#server = server;
  }

  changed(path: string, version: number): void {
    this.#versions.set(path, version);
    this.#begin();
  }

  closed(path: string): void {
    this.#versions.delete(path);
    this.#published.delete(path);
    void this.#server.connection.sendDiagnostics({ uri: this.#server.addresses.uriOf(path), diagnostics: [] });
    this.#begin();
  }

  changedOnDisk(): void {
    this.#begin();
  }

  #begin(round = 0): void {
    clearTimeout(this.#timer);
    const [level, delay] = rounds[round] ?? [];
    if (level === undefined) return;
    this.#timer = setTimeout(() => {
      this.#publishAll(level);
      this.#begin(round + 1);
    }, delay);
  }

  #publishAll(level: Level): void {
    for (const [path, version] of this.#versions) {
      try {
        this.#publish(path, version, level);
      } catch (error) {
        this.#server.connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      }
    }
  }

  #publish(path: string, version: number, level: Level): void {
    const { workspace, connection, addresses } = this.#server;
    const text = workspace.textOf(path) ?? "";
    const found = diagnosticsOf(workspace, path, level);
    const before = this.#published.get(path);
    // Until the last round, what an earlier round found beyond this level stays where its text has gone.
    const diagnostics = level === "everything" || !before ? found : carried(before, { text, diagnostics: found });
    if (before?.text === text && sameDiagnostics(before.diagnostics, diagnostics)) return;
    this.#published.set(path, { text, diagnostics });
    const shown = diagnostics.map((diagnostic) => toProtocolDiagnostic(this.#server, diagnostic));
    void connection.sendDiagnostics({ uri: addresses.uriOf(path), version, diagnostics: shown });
  }
}

function sameDiagnostics(one: readonly Diagnostic[], other: readonly Diagnostic[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
