import { format, formatWithCursor, getSupportInfo } from "prettier";
import { describe, expect, test } from "vitest";
import * as plugin from "../../compiler/prettier-plugin.ts";
import { parse } from "../../grammar/parse.ts";
import { withoutSpans } from "./without-spans.ts";

/** Each test is about something that users of plugins for prettier reported as a bug. */
const formatted = (text: string, options = {}): Promise<string> =>
  format(text, { parser: "mtl", plugins: [plugin], ...options });

/** Texts of each construct; a comment is put at each mark in turn. */
const constructs = {
  "an empty block": "task t {¦}¦\n",
  "a declaration": "¦\nparam a = 1 ¦\n¦\nparam b = 2 ¦\n¦",
  options: "task t { ¦\n  ¦\n  from: a ¦\n  ¦\n  head: b ¦\n  ¦\n}\n",
  "an option's value": "task t {\n  from: ¦\n    a\n}\n",
  statements: "block f(x: tokens): tokens { ¦\n  ¦\n  let y = x ¦\n  ¦\n  return y ¦\n  ¦\n}\n",
  parameters: "block f( ¦\n  ¦\n  x: tokens, ¦\n  ¦\n  y: tokens ¦\n  ¦\n): tokens {\n  return x\n}\n",
  "a list": "param a = [ ¦\n  ¦\n  1, ¦\n  ¦\n  2 ¦\n  ¦\n]\n",
  "a map": "param a = { ¦\n  ¦\n  b: 1 ¦\n  ¦\n  c: 2 ¦\n  ¦\n}\n",
  arguments: "stream s = f( ¦\n  ¦\n  a, ¦\n  ¦\n  b: 1 ¦\n  ¦\n)\n",
  "a body of arguments": "stream s = f(a) { ¦\n  ¦\n  b: 1 ¦\n  ¦\n  c: 2 ¦\n  ¦\n}\n",
  "a pipeline": "stream s = a ¦\n  ¦\n  -> b ¦\n  ¦\n  -> c ¦\n",
  "a loop": "stream s = x -> repeat(2) { ¦\n  ¦\n  it -> f ¦\n  ¦\n} ¦\n",
  "a conditional": "stream s = if a ¦\n  then b ¦\n  else c ¦\n",
};

describe.each(Object.entries(constructs))("comments of %s", (_construct, marked) => {
  const marks = [...marked.matchAll(/¦/g)].map(({ index }) => index);
  const withComments = (chosen: readonly number[]): string =>
    marked.replaceAll("¦", (_mark, index: number) => (chosen.includes(index) ? `// comment ${index}\n` : ""));

  test("are kept wherever they are, alone and all together, and stay where they are put", async () => {
    for (const chosen of [...marks.map((mark) => [mark]), marks]) {
      const text = withComments(chosen);
      const once = await formatted(text);
      const { tree, problems } = parse(once, "a.mtl");
      expect(problems, once).toEqual([]);
      expect(withoutSpans(tree), once).toEqual(withoutSpans(parse(text, "a.mtl").tree));
      const comments = tree.comments.map(({ text: comment }) => comment.trim()).toSorted();
      expect(comments, once).toEqual(chosen.map((index) => `comment ${index}`).toSorted());
      expect(await formatted(once)).toBe(once);
    }
  });
});

test("a comment of an item of a list, an argument or a step stays at it", async () => {
  const text = `stream s = words
  // vectors of words
  -> embed(width)
  -> transformer(
    // two are enough
    layers: 2, // as many as tasks
    heads: 4
  ) // the reading

task t {
  from: s
  metrics: [
    accuracy, // of the most likely class
    // of all classes
    f1
  ]
}
`;
  expect(await formatted(text)).toBe(text);
});

test("one blank line at most is kept, between comments too, and none within braces at their ends", async () => {
  expect(
    await formatted("// one\n\n\n// two\nparam a = 1\n\n\n\nparam b = 1\ntask t {\n\n  from: a\n\n\n  head: b\n\n}\n"),
  ).toBe("// one\n\n// two\nparam a = 1\n\nparam b = 1\n\ntask t {\n  from: a\n\n  head: b\n}\n");
});

test("documentation is no comment, and stays above its declaration with comments around it", async () => {
  const text = "// before\n/// One.\n///\n/// Two.\nparam a = 1\n";
  expect(await formatted(text)).toBe(text);
});

describe("prettier-ignore", () => {
  test("is the last of several comments, and concerns the next item only", async () => {
    const text = "// why\n// prettier-ignore\nparam a  =  1\n\nparam b  =  2\n";
    expect(await formatted(text)).toBe(text.replace("b  =  2", "b = 2"));
  });

  test("at the end of a file concerns what is above in no way", async () => {
    expect(await formatted("param a  =  1\n// prettier-ignore\n")).toBe("param a = 1\n// prettier-ignore\n");
  });

  test("keeps lines with comments within, and an argument", async () => {
    const text = "// prettier-ignore\nparam a = [ 1,   0, // first\n            0,   1 ]\n";
    expect(await formatted(text)).toBe(text);
    const argument = "stream s = f(\n  // prettier-ignore\n  a:  [1,  2],\n  b: 3\n)\n";
    expect(await formatted(argument)).toBe(argument);
  });
});

test("line ends of Windows and a byte order mark make no other tree or text", async () => {
  const text = "\uFEFFstream s = a // one\r\n  // two\r\n  -> b\r\n";
  expect(await formatted(text, { endOfLine: "auto" })).toBe(text);
  expect(await formatted(text)).toBe(text.replaceAll("\r\n", "\n"));
});

test("the cursor stays at its word", async () => {
  const text = "param  a = 1\n\n\n\nstream  s = words->embed( 4 )\n";
  const options = { parser: "mtl", plugins: [plugin], cursorOffset: text.indexOf("bed(") };
  const { formatted: after, cursorOffset } = await formatWithCursor(text, options);
  expect(after.slice(cursorOffset)).toBe("bed(4)\n");
});

test("the options of an editor, the width of a tab and tabs, are followed", async () => {
  const text = "task t {\n  from: s\n}\n";
  expect(await formatted(text, { tabWidth: 4 })).toBe("task t {\n    from: s\n}\n");
  expect(await formatted(text, { useTabs: true })).toBe("task t {\n\tfrom: s\n}\n");
});

test("prettier finds the language by the plugin's named exports and its default export alike", async () => {
  for (const loaded of [plugin, plugin.default]) {
    const { languages } = await getSupportInfo({ plugins: [loaded] });
    expect(languages.find(({ name }) => name === "mtl")).toMatchObject({ extensions: [".mtl"], parsers: ["mtl"] });
    expect(await format("param  a = 1", { filepath: "model.mtl", plugins: [loaded] })).toBe("param a = 1\n");
  }
});

test("a text that recovery mended is refused, since a token that it invented has no text", async () => {
  await expect(formatted("task t { from: a")).rejects.toThrow("MTL1");
  await expect(formatted("param a = f(1")).rejects.toThrow("MTL1");
});
