import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { codeActionSources, codeActionsAt } from "../../language-server/service/code-actions/index.ts";
import { editedText } from "../../language-server/service/text-edit.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { filesOf, specification } from "./files.ts";

const folder = join(packageRoot(), "test", "language-server", "code-actions");
const separator = /^=== (.+)\n/mu;

/**
 * A fixture has files with a cursor `┆` or a selection `»…«`, then a line `=== TITLE` with the title of the action that is chosen, then the files after it. Its name
 * is that of the source, which `-2` and so on may follow.
 */
const fixtures = readdirSync(folder).map((file) => {
  const [before = "", title = "", after = ""] = readFileSync(join(folder, file), "utf8").split(separator);
  return { name: file.replace(/(?:-\d+)?\.mtl$/u, ""), file, before, title, after };
});

test("each kind of action has a fixture", () => {
  expect(
    codeActionSources.map(({ name }) => name).filter((name) => !fixtures.some((fixture) => fixture.name === name)),
  ).toEqual([]);
});

describe("an action changes the files as its fixture says, and leaves no new error:", () => {
  test.each(fixtures)("$file", ({ name, before, title, after }) => {
    const { workspace, path, start, end, texts } = filesOf(before);
    const actions = codeActionsAt(workspace, path, { start, end }).filter(({ source }) => source === name);
    expect(actions.map((action) => action.title)).toContain(title);
    const edits = actions.find((action) => action.title === title)?.edits ?? [];
    const paths = [...new Set([...Object.keys(texts), ...edits.map(({ at }) => at.file)])];
    const changed = Object.fromEntries(
      paths.map((file) => [
        file,
        editedText(
          texts[file] ?? "",
          edits.filter(({ at }) => at.file === file),
        ),
      ]),
    );
    const errors = (): number =>
      workspace.compile(path, "stages").diagnostics.filter(({ severity }) => severity === "error").length;
    const errorsBefore = errors();
    expect(changed).toEqual(filesOf(after).texts);
    for (const [file, text] of Object.entries(changed)) workspace.set(file, text);
    expect(errors()).toBeLessThanOrEqual(errorsBefore);
  });
});

test("a field that the table has no column for is read from the nearest one that is free, once the table has been read", async () => {
  const written = specification("stream s = words -> embed(8)").replace("dataset d", "dataset ┆d");
  const { workspace, path, start, end } = filesOf(written, {
    columnsOf: async () => ["k", "word", "id"].map((name) => ({ name, values: [] })),
  });
  const titles = (): readonly string[] => codeActionsAt(workspace, path, { start, end }).map(({ title }) => title);
  titles();
  await workspace.reading;
  expect(titles()).toContain("Read `words` from the column `word`");
  expect(titles().filter((title) => title.includes("`k`"))).toEqual([]);
});
