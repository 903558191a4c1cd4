import { type Diagnostic as EditorDiagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import type { Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";

const severities = { error: "error", warning: "warning", advice: "info" } as const;

/** Shows the mistakes of a text, each with its fixes as buttons. */
export function showDiagnostics(view: EditorView, diagnostics: readonly Diagnostic[]): void {
  const { length } = view.state.doc;
  view.dispatch(
    setDiagnostics(
      view.state,
      diagnostics.map((each) => editorDiagnostic(each, length)),
    ),
  );
}

function editorDiagnostic({ at, severity, message, help, code, fixes }: Diagnostic, length: number): EditorDiagnostic {
  const from = Math.min(at.start, length);
  return {
    from,
    to: Math.min(Math.max(at.end, from), length),
    severity: severities[severity],
    source: code,
    message: help === undefined ? message : `${message}\n${help}`,
    actions: fixes
      .filter((fix) => fix.at.file === at.file)
      .map((fix) => ({
        name: fix.title,
        apply: (view, moved) => {
          // The mistake may have moved since it was found.
          const by = moved - at.start;
          view.dispatch({
            changes: { from: fix.at.start + by, to: fix.at.end + by, insert: fix.replacement },
            userEvent: "input.fix",
          });
        },
      })),
  };
}

export const diagnosticsGutter: Extension = lintGutter();
