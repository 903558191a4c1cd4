import { z } from "zod";
import { completionsAt } from "../../service/completion/completions.ts";
import { Workspace } from "../../service/workspace.ts";
import { specificationInput } from "../session.ts";
import { tool } from "../tool.ts";

/** More items than these do not help a model. */
const mostItems = 60;

export const complete = tool({
  name: "complete",
  title: "Complete at a position",
  description:
    "Lists what can be written at a position of a specification, best first: names, options that are not there yet, choices, metrics of the target, weights in patterns. The text need not be valid.",
  input: {
    file: specificationInput.file,
    text: specificationInput.text,
    line: z.int().min(1).describe("line of the position, from 1"),
    column: z.int().min(1).describe("column of the position, from 1"),
  },
  run(session, { line, column, ...input }) {
    const { host, entry } = session.hostOf(input);
    const exists = (path: string): boolean => host.readFile(path) !== undefined;
    const workspace = new Workspace({ ...host, exists, specifications: () => [entry] });
    const lines = (host.readFile(entry) ?? "").split("\n");
    const before = lines.slice(0, line - 1).reduce((total, each) => total + each.length + 1, 0);
    const offset = before + Math.min(column - 1, lines[line - 1]?.length ?? 0);
    // Shapes show which blocks fit a stream.
    workspace.compile(entry, "shapes");
    const { items } = completionsAt(workspace, entry, offset);
    return items.slice(0, mostItems).map(({ label, kind, detail, text }) => ({
      label,
      kind,
      ...(detail === undefined ? {} : { detail }),
      ...(text === label ? {} : { text }),
    }));
  },
});
