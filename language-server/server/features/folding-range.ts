import { type FoldingRange, FoldingRangeKind, type FoldingRangeParams } from "vscode-languageserver";
import { foldsOf } from "../../service/folding.ts";
import type { Feature } from "../server.ts";

const kinds = { comment: FoldingRangeKind.Comment, imports: FoldingRangeKind.Imports };

export const foldingRange: Feature = {
  capabilities: { foldingRangeProvider: true },
  register(server) {
    server.connection.onFoldingRanges(
      server.answer<FoldingRangeParams, FoldingRange[]>([], ({ textDocument }) =>
        foldsOf(server.workspace, server.pathOf(textDocument)).map(({ first, last, kind }) => ({
          startLine: first,
          endLine: last,
          ...(kind ? { kind: kinds[kind] } : {}),
        })),
      ),
    );
  },
};
