import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { commentsOfSpecification, findingsIn, proseOf, type Finding } from "./plain-english.ts";

const root = packageRoot();
const tableAt = join(root, "test/docs/plain-english.json");

/** Findings that a room may still have. A room that is not in the table may have none, and no number may grow. */
const allowed = JSON.parse(readFileSync(tableAt, "utf8")) as Readonly<Record<string, number>>;

/** `texts.ts` is generated from specifications, which are looked at themselves. */
const files = execFileSync("git", ["ls-files", "*.ts", "*.mtl", ":!compiler/prelude/texts.ts"], {
  cwd: root,
  encoding: "utf8",
})
  .trim()
  .split("\n");

/** Strings of tests quote what is tested; their comments are looked at. */
function findingsOfFile(path: string): readonly Finding[] {
  const source = readFileSync(join(root, path), "utf8");
  if (path.endsWith(".mtl")) return commentsOfSpecification(source).flatMap(findingsIn);
  const { comments, messages } = proseOf(source);
  return [...comments, ...(path.startsWith("test/") ? [] : messages)].flatMap(findingsIn);
}

/** A folder of the compiler, the runtime or the tests; otherwise a folder of the repository. */
const roomOf = (path: string): string =>
  path
    .split("/")
    .slice(0, /^(?:compiler|runtime|test)\/[^/]+\//u.test(path) ? 2 : 1)
    .join("/");

/**
 * `ROOM=compiler/graph npx vitest run test/docs/plain-english.test.ts` lists the findings of the rooms that begin so.
 */
test("comments and messages are plain English", () => {
  const rooms = new Map<string, string[]>();
  for (const path of files) {
    const found = findingsOfFile(path).map(
      ({ line, found: what, text }) => `${path}:${line}: ${what}: ${text.slice(0, 200)}`,
    );
    rooms.set(roomOf(path), [...(rooms.get(roomOf(path)) ?? []), ...found]);
  }
  const asked = process.env["ROOM"];
  if (asked !== undefined)
    console.log([...rooms].flatMap(([name, found]) => (name.startsWith(asked) ? found : [])).join("\n"));
  if (process.env["UPDATE"] === "1") {
    const left = [...rooms].map(([name, found]) => [name, Math.min(found.length, allowed[name] ?? 0)] as const);
    const table = Object.fromEntries(left.filter(([, count]) => count > 0).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    writeFileSync(tableAt, `${JSON.stringify(table, null, 2)}\n`);
  }
  const over = [...rooms].filter(([name, found]) => found.length > (allowed[name] ?? 0));
  expect(Object.fromEntries(over)).toEqual({});
});

test("words of our own and fragments are found, and the same words in the field's meaning are not", () => {
  const kinds = (text: string): readonly string[] => findingsIn({ line: 1, text }).map(({ kind }) => kind);
  for (const text of ["The place of a token.", "Accuracy beside the floor.", "Training goes on.", "A film."])
    expect(kinds(text), text).toEqual(["word"]);
  for (const text of ["Of all of them.", "Whether it ends.", "By name.", "What a batch costs."])
    expect(kinds(text), text).toEqual(["fragment"]);
  for (const text of [
    "Updated in place, by `Math.floor`.",
    "What is a token?",
    "N stands for a name.",
    "By name, then by size.",
  ])
    expect(kinds(text), text).toEqual([]);
});

test("comments that follow each other are read as one sentence, and messages with their holes", () => {
  expect(proseOf("// One\n// two.\nf(); // Three.\n/** Four\n *  five. */\n").comments.map(({ text }) => text)).toEqual(
    ["One two.", "Three.", "Four  five."],
  );
  expect(proseOf('import "a b c"; f(`There ${is} none`, "no prose", "three whole words");').messages).toEqual([
    { line: 1, text: "There … none" },
    { line: 1, text: "three whole words" },
  ]);
  expect(commentsOfSpecification("/// One\n/// two.\nblock a()\n// Three.\n").map(({ line }) => line)).toEqual([1, 4]);
});
