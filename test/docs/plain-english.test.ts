import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { commentsOfSpecification, findingsIn, proseOf, type Finding } from "./plain-english.ts";
import { repositoryFiles } from "./repository-files.ts";

const root = packageRoot();

/** `texts.ts` is generated from specifications, which are checked themselves. */
const files = [...repositoryFiles(".ts"), ...repositoryFiles(".mtl")].filter(
  (path) => path !== "compiler/prelude/texts.ts",
);

/** The findings in a file. Strings of tests quote what is tested, so only the comments of tests are checked. */
function findingsOfFile(path: string): readonly Finding[] {
  const source = readFileSync(join(root, path), "utf8");
  if (path.endsWith(".mtl")) return commentsOfSpecification(source).flatMap(findingsIn);
  const { comments, messages } = proseOf(source);
  return [...comments, ...(path.startsWith("test/") ? [] : messages)].flatMap(findingsIn);
}

test("comments and messages are plain English", () => {
  expect(files.length).toBeGreaterThan(1000);
  const found = files.flatMap((path) =>
    findingsOfFile(path).map(({ line, found: what, text }) => `${path}:${line}: ${what}: ${text.slice(0, 200)}`),
  );
  expect(found).toEqual([]);
});

test("private words and fragments are found, and the same words in their usual meaning are not", () => {
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
