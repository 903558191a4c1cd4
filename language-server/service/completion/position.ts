import { type Surroundings, surroundingsAt } from "../../../grammar/surroundings.ts";
import type { Analysis, Workspace } from "../workspace.ts";
import type { Names } from "./callee.ts";
import { type OpenCall, type Slot, slotAt } from "./slot.ts";

/** A position in a file, with its meaning. */
export interface Position {
  readonly analysis: Analysis;
  readonly surroundings: Surroundings;
  readonly names: Names;
  readonly slot: Slot;
  readonly calls: readonly OpenCall[];
}

export function positionAt(workspace: Workspace, path: string, offset: number): Position | undefined {
  const analysis = workspace.analyse(path);
  if (!analysis) return undefined;
  const surroundings = surroundingsAt(analysis.text, offset);
  const { previous } = surroundings;
  // The last token before the position is in the body that the position is in, wherever recovery has let that end.
  const isWithin = previous?.demandsOperand && !/[([{]/u.test(previous.text);
  const seenFrom = previous ? (isWithin ? previous.start : previous.end) : offset;
  const { references, tree } = analysis;
  const names = { scope: references.scopeAt(path, seenFrom), prelude: references.prelude };
  return { analysis, surroundings, names, ...slotAt(surroundings.frames, { names, tree }) };
}
