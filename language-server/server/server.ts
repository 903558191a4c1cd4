import { TextDocument } from "vscode-languageserver-textdocument";
import type {
  CancellationToken,
  ClientCapabilities,
  Connection,
  Location,
  Position,
  Range,
  ServerCapabilities,
} from "vscode-languageserver";
import { LSPErrorCodes, ResponseError } from "vscode-languageserver";
import type { Span } from "../../grammar/ast.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import type { Workspace } from "../service/workspace.ts";
import { Idle } from "./idle.ts";
import type { OpenPreview } from "./previews.ts";
import { type Settings, defaultSettings } from "./settings.ts";

/** The addresses of documents, which depend on where the server runs. */
export interface Addresses {
  /** The path by which the compiler knows a document. */
  pathOf(uri: string): string;
  uriOf(path: string): string;
  /** The page that explains a diagnostic. */
  pageOf(diagnostic: Pick<Diagnostic, "code" | "name">): string | undefined;
}

/** A feature of the protocol: what the server says that it can do, and the handlers that do it. Each is a file in `features/`. */
export interface Feature {
  readonly capabilities: ServerCapabilities;
  readonly register: (server: Server) => void;
}

/** Services for the features. */
export class Server {
  readonly connection: Connection;
  readonly workspace: Workspace;
  readonly addresses: Addresses;
  /** The capabilities of the client, known after `initialize`. */
  client: ClientCapabilities = {};
  settings: Settings = defaultSettings;
  /** Absent where no page can be served. */
  openPreview: OpenPreview | undefined;
  readonly idle = new Idle(this);
  /** Line starts of texts that are not of an open document, or of another version of it. */
  readonly #documents = new Map<string, TextDocument>();

  constructor(connection: Connection, workspace: Workspace, addresses: Addresses) {
    this.connection = connection;
    this.workspace = workspace;
    this.addresses = addresses;
  }

  pathOf({ uri }: { readonly uri: string }): string {
    return this.addresses.pathOf(uri);
  }

  offsetOf(path: string, position: Position): number {
    return this.#documentOf(path).offsetAt(position);
  }

  rangeOf({ file, start, end }: Span): Range {
    const document = this.#documentOf(file);
    return { start: document.positionAt(start), end: document.positionAt(end) };
  }

  locationOf(span: Span): Location {
    return { uri: this.addresses.uriOf(span.file), range: this.rangeOf(span) };
  }

  /** Asks the client to ask again for what it shows within texts, because it depends on more than the text of its document. */
  refresh(): void {
    const { workspace } = this.client;
    if (workspace?.inlayHint?.refreshSupport === true) this.connection.languages.inlayHint.refresh().catch(() => {});
    if (workspace?.codeLens?.refreshSupport === true)
      this.connection.sendRequest("workspace/codeLens/refresh").catch(() => {});
  }

  /**
   * Makes a handler of a function that answers at once. A request that was cancelled before its turn is not answered, and a function that
   * throws is logged and answers with nothing, so that a mistake of ours never ends the session.
   */
  answer<Params, Answer>(
    empty: Answer,
    run: (params: Params) => Answer,
  ): (params: Params, token?: CancellationToken) => Promise<Answer | ResponseError<never>> {
    return async (params, token) => {
      // Messages that have already arrived, such as a cancellation or a later edit, are handled first.
      await new Promise((done) => setImmediate(done));
      if (token?.isCancellationRequested) return new ResponseError<never>(LSPErrorCodes.RequestCancelled, "overtaken");
      return this.attempt(empty, () => run(params));
    };
  }

  /** Runs a function; if it throws, the error is logged, and `otherwise` is the result. */
  attempt<Result>(otherwise: Result, run: () => Result): Result {
    try {
      return run();
    } catch (error) {
      this.connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      return otherwise;
    }
  }

  #documentOf(path: string): TextDocument {
    const text = this.workspace.textOf(path) ?? "";
    const known = this.#documents.get(path);
    if (known && known.getText() === text) return known;
    const document = TextDocument.create(this.addresses.uriOf(path), "mtl", 0, text);
    this.#documents.set(path, document);
    return document;
  }
}
