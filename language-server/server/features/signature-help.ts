import { MarkupKind, type SignatureHelp, type SignatureHelpParams } from "vscode-languageserver";
import { signatureHelpAt } from "../../service/signature-help.ts";
import type { Feature } from "../server.ts";

const markdown = (value: string) => ({ kind: MarkupKind.Markdown, value });

export const signatureHelp: Feature = {
  capabilities: {
    signatureHelpProvider: { triggerCharacters: ["(", ",", "{", ":"], retriggerCharacters: [" ", ")", "}"] },
  },
  register(server) {
    server.connection.onSignatureHelp(
      server.answer<SignatureHelpParams, SignatureHelp | null>(null, ({ textDocument, position }) => {
        const path = server.pathOf(textDocument);
        const found = signatureHelpAt(server.workspace, path, server.offsetOf(path, position));
        if (!found) return null;
        const { label, documentation, parameters, active } = found;
        return {
          signatures: [
            {
              label,
              documentation: markdown(documentation),
              parameters: parameters.map((parameter) => ({
                label: [parameter.start, parameter.end],
                documentation: markdown(parameter.documentation),
              })),
            },
          ],
          activeSignature: 0,
          // An index behind the last parameter marks none.
          activeParameter: active ?? parameters.length,
        };
      }),
    );
  },
};
