import { type InlayHint as ProtocolHint, InlayHintKind, type InlayHintParams, MarkupKind } from "vscode-languageserver";
import { type HintKind, type InlayHint, inlayHintsOf } from "../../service/inlay-hints.ts";
import type { Feature, Server } from "../server.ts";

export const inlayHints: Feature = {
  capabilities: { inlayHintProvider: true },
  register(server) {
    server.connection.languages.inlayHint.on(
      server.answer<InlayHintParams, ProtocolHint[]>([], ({ textDocument, range }) => {
        const path = server.pathOf(textDocument);
        const part = { start: server.offsetOf(path, range.start), end: server.offsetOf(path, range.end) };
        const { inlayHints: wanted } = server.settings;
        const kinds = new Set((Object.keys(wanted) as readonly HintKind[]).filter((kind) => wanted[kind]));
        return inlayHintsOf(server.workspace, path, part, kinds).map((hint) => toProtocol(server, path, hint));
      }),
    );
  },
};

function toProtocol(server: Server, file: string, { kind, at, label, tooltip }: InlayHint): ProtocolHint {
  return {
    position: server.rangeOf({ file, start: at, end: at }).start,
    label,
    kind: kind === "shapes" ? InlayHintKind.Type : InlayHintKind.Parameter,
    paddingLeft: true,
    ...(tooltip === undefined ? {} : { tooltip: { kind: MarkupKind.Markdown, value: tooltip } }),
  };
}
