import { type HintKind, hintKinds } from "../service/inlay-hints.ts";
import type { Server } from "./server.ts";

/** The choices of a user, in the section `mtl` of the editor's configuration. */
export interface Settings {
  /** `mtl.inlayHints.shapes` and so on. */
  readonly inlayHints: { readonly [Kind in HintKind]: boolean };
  /** `mtl.codeLens`. */
  readonly codeLens: boolean;
}

export const defaultSettings: Settings = { inlayHints: hintKinds, codeLens: true };

/** Reads what a client has in its section `mtl`; whatever is not there, or of another type, is as by default. */
export function readSettings(section: unknown): Settings {
  const written = recordOf(section);
  const hints = recordOf(written["inlayHints"]);
  const kinds = Object.keys(hintKinds) as readonly HintKind[];
  return {
    inlayHints: Object.fromEntries(
      kinds.map((kind) => [kind, booleanOf(hints[kind], hintKinds[kind])]),
    ) as Settings["inlayHints"],
    codeLens: booleanOf(written["codeLens"], defaultSettings.codeLens),
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function booleanOf(value: unknown, otherwise: boolean): boolean {
  return typeof value === "boolean" ? value : otherwise;
}

/** Keeps the settings as the client has them: asked for where it answers, else as it sends them. Gives what must be done once the client is ready. */
export function followSettings(server: Server): () => void {
  const { connection } = server;
  const isAsked = (): boolean => server.client.workspace?.configuration === true;
  const use = (section: unknown): void => {
    server.settings = readSettings(section);
    server.refresh();
  };
  const ask = (): void => {
    connection.workspace.getConfiguration("mtl").then(use, () => {});
  };
  connection.onDidChangeConfiguration(({ settings }) => {
    if (isAsked()) ask();
    else use(recordOf(settings)["mtl"]);
  });
  return () => {
    if (server.client.workspace?.didChangeConfiguration?.dynamicRegistration === true)
      void connection.client.register({ method: "workspace/didChangeConfiguration" } as never, { section: "mtl" });
    if (isAsked()) ask();
  };
}
