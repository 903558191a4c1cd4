import type { TextEdit } from "../text-edit.ts";
import type { Workspace } from "../workspace.ts";

/** Copies of a workspace on which edits are tried, one for each text of edits, so that nothing is compiled twice. */
export class Trials {
  readonly before: Workspace;
  readonly #tried = new Map<string, Workspace>();

  constructor(before: Workspace) {
    this.before = before;
  }

  after(edits: readonly TextEdit[]): Workspace {
    const key = JSON.stringify(edits);
    const known = this.#tried.get(key) ?? this.before.edited(edits);
    this.#tried.set(key, known);
    return known;
  }
}
