import type { SelectionRange, SelectionRangeParams } from "vscode-languageserver";
import { selectionsAt } from "../../service/selection-ranges.ts";
import type { Feature } from "../server.ts";

export const selectionRange: Feature = {
  capabilities: { selectionRangeProvider: true },
  register(server) {
    server.connection.onSelectionRanges(
      server.answer<SelectionRangeParams, SelectionRange[]>([], ({ textDocument, positions }) => {
        const path = server.pathOf(textDocument);
        return positions.map((position) => {
          const spans = selectionsAt(server.workspace, path, server.offsetOf(path, position));
          const outside = (parent: SelectionRange | undefined, range: SelectionRange["range"]): SelectionRange =>
            parent ? { range, parent } : { range };
          const ranges = spans.toReversed().map((span) => server.rangeOf(span));
          return (
            ranges.reduce<SelectionRange | undefined>(outside, undefined) ?? {
              range: { start: position, end: position },
            }
          );
        });
      }),
    );
  },
};
