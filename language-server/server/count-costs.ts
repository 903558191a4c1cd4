import type { Server } from "./server.ts";

/** Milliseconds after the last round of diagnostics: a step takes up to a tenth of a second, and an edit waits for it. */
const furtherPause = 300;

/**
 * Counts the costs of open documents when the user pauses, and asks the client to show them. What was shown before is marked as earlier until
 * then: the client asks for hints and lenses after every edit, and is given the costs of the text before it.
 */
export function countCosts(server: Server): void {
  const { connection, workspace } = server;
  const { costs } = workspace;
  const shown = new Map<string, string>();
  server.idle.add(function* () {
    let isChanged = false;
    for (const path of workspace.opened) {
      yield* costs.count(path);
      const now = JSON.stringify(costs.of(path)) ?? "";
      isChanged ||= shown.get(path) !== now;
      shown.set(path, now);
    }
    if (isChanged) server.refresh();
  }, furtherPause);
  connection.onDidSaveTextDocument(({ textDocument }) => {
    costs.saved(server.pathOf(textDocument));
    server.idle.changed();
  });
}
