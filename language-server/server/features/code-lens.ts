import type { CodeLens as ProtocolLens, CodeLensParams } from "vscode-languageserver";
import { codeLensesOf } from "../../service/code-lenses.ts";
import type { Feature } from "../server.ts";

/**
 * The client runs the commands `mtl.check`, `mtl.train`, `mtl.graph` and `mtl.smoke`, in a terminal of its own: each has the URI of the document
 * as its argument. A lens that is only a text has a command without a name, as the protocol asks of one that does nothing.
 */
export const codeLens: Feature = {
  capabilities: { codeLensProvider: { resolveProvider: false } },
  register(server) {
    server.connection.onCodeLens(
      server.answer<CodeLensParams, ProtocolLens[]>([], ({ textDocument }) => {
        if (!server.settings.codeLens) return [];
        return codeLensesOf(server.workspace, server.pathOf(textDocument)).map(({ at, title, action }) => {
          const { start } = server.rangeOf(at);
          const command =
            action === undefined
              ? { title, command: "" }
              : { title, command: `mtl.${action}`, arguments: [textDocument.uri] };
          return { range: { start, end: start }, command };
        });
      }),
    );
  },
};
