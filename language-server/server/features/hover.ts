import { type Hover, type HoverParams, MarkupKind } from "vscode-languageserver";
import { hoverAt } from "../../service/hover.ts";
import type { Feature } from "../server.ts";

export const hover: Feature = {
  capabilities: { hoverProvider: true },
  register(server) {
    server.connection.onHover(
      server.answer<HoverParams, Hover | null>(null, ({ textDocument, position }) => {
        const path = server.pathOf(textDocument);
        const found = hoverAt(server.workspace, path, server.offsetOf(path, position));
        return found
          ? { range: server.rangeOf(found.at), contents: { kind: MarkupKind.Markdown, value: found.markdown } }
          : null;
      }),
    );
  },
};
