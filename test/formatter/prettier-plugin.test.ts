import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  mkdirSync,
  lstatSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { format } from "prettier";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import plugin from "../../compiler/prettier-plugin.ts";
import { printSpecification } from "../../compiler/formatter/print.ts";
import { parse } from "../../grammar/parse.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { mtl } from "../cli/run.ts";

const formatted = (text: string, options = {}): Promise<string> =>
  format(text, { parser: "mtl", plugins: [plugin], ...options });

describe("prettier with the plugin", () => {
  test("gives what the printer gives, and narrower lines for a smaller width", async () => {
    const text =
      'task t { from: x -> linear(10)  target: category("species", classes: 10)  metrics: [accuracy, f1] }\n';
    expect(await formatted(text)).toBe(printSpecification(parse(text, "a.mtl").tree, { source: text }));
    const narrow = await formatted(text, { printWidth: 30 });
    expect(Math.max(...narrow.split("\n").map((line) => line.length))).toBeLessThan(45);
    expect(narrow).not.toBe(await formatted(text));
  });

  test("keeps what follows `// prettier-ignore`, a declaration or an option", async () => {
    const text = `// prettier-ignore
/// Two rows.
stream s   = concat( a,
      b ) // sum

task t {
  // prettier-ignore
  from:   s // as it is
  head: linear(1)
}
`;
    expect(await formatted(text)).toBe(text);
    expect(await formatted(text.replaceAll("prettier-ignore", "a comment"))).not.toContain("s   ");
  });

  test("keeps a byte order mark and the line ends that are asked for", async () => {
    expect(await formatted("\uFEFFparam  a = 1\r\nparam b  = 2\r\n", { endOfLine: "auto" })).toBe(
      "\uFEFFparam a = 1\r\nparam b = 2\r\n",
    );
  });

  test("takes an empty file, and one of comments", async () => {
    expect(await formatted("")).toBe("");
    expect(await formatted("//  one\n\n\n\n// two")).toBe("//  one\n\n// two\n");
  });

  test("formats code of the language mtl in Markdown", async () => {
    const markdown = "# A\n\n```mtl\nstream s=a->b\n```\n";
    expect(await format(markdown, { parser: "markdown", plugins: [plugin] })).toBe(
      "# A\n\n```mtl\nstream s = a -> b\n```\n",
    );
  });

  test("refuses a syntax error, at its position", async () => {
    await expect(formatted("param a = 1\nmodel 3 {")).rejects.toMatchObject({
      message: expect.stringMatching(/^MTL1004: Expected a name, found `3`\. \(2:7\)/u),
      loc: { start: { line: 2, column: 7 } },
    });
  });
});

const fixtures = join(packageRoot(), "test/grammar/fixtures");
const texts = readdirSync(fixtures)
  .filter((name) => name.endsWith(".mtl"))
  .map((name) => readFileSync(join(fixtures, name), "utf8"))
  .filter((text) => parse(text, "a.mtl").problems.length === 0);

/** The comments of each declaration, and of the text between, in order. */
function comments(text: string): readonly string[] {
  const { tree } = parse(text, "a.mtl");
  return tree.comments.map((comment) => {
    const owner = tree.declarations.findIndex(({ span }) => comment.span.start < span.end);
    const inside = tree.declarations[owner] && tree.declarations[owner].span.start < comment.span.start;
    return `${comment.text.trim()} ${inside ? "in" : "before"} ${owner}`;
  });
}

test("a comment at the end of any line is kept, beside its declaration, and formatting again changes nothing", () => {
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.infiniteStream(fc.nat({ max: 5 })), (text, draws) => {
      const commented = text
        .split("\n")
        .map((line, index) => (line.includes("//") || draws.next().value !== 0 ? line : `${line} // comment ${index}`))
        .join("\n");
      const { tree, problems } = parse(commented, "a.mtl");
      fc.pre(problems.length === 0);
      const once = printSpecification(tree, { source: commented });
      const owners = (of: string) => comments(of).map((each) => each.replace(/ (in|before) /u, " "));
      const own = new Set(owners(commented));
      for (const each of owners(once)) {
        // A comment behind a declaration, on its last line, is before the next one.
        const [, words = "", index = ""] = /^(.*) (-?\d+)$/u.exec(each) ?? [];
        expect(
          [`${words} ${index}`, `${words} ${Number(index) + 1}`].some((wanted) => own.has(wanted)),
          each,
        ).toBe(true);
      }
      expect(comments(once)).toHaveLength(comments(commented).length);
      expect(printSpecification(parse(once, "a.mtl").tree, { source: once })).toBe(once);
    }),
    { numRuns: 60 },
  );
});

describe("mtl fmt", () => {
  const folder = mkdtempSync(join(tmpdir(), "mtl-fmt-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");

  beforeEach(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, "runs"), { recursive: true });
    write("a.mtl", "param  a = 1\n");
    write("b.mtl", "param b = 1\n");
    write("runs/c.mtl", "param  c = 1\n");
  });

  test("writes what changes, below a folder, and leaves runs as they are", async () => {
    const ran = await mtl(["fmt", "."], { cwd: folder });
    expect(ran).toMatchObject({ code: 0, stdout: "" });
    expect(ran.stderr).toBe("a.mtl is formatted.\n");
    expect([read("a.mtl"), read("b.mtl"), read("runs/c.mtl")]).toEqual([
      "param a = 1\n",
      "param b = 1\n",
      "param  c = 1\n",
    ]);
  });

  test("with --check lists what would change, and changes nothing", async () => {
    expect(await mtl(["fmt", "--check", "a.mtl", "b.mtl"], { cwd: folder })).toMatchObject({
      code: 1,
      stdout: "a.mtl\n",
    });
    expect(read("a.mtl")).toBe("param  a = 1\n");
    expect(await mtl(["fmt", "--check", "b.mtl"], { cwd: folder })).toMatchObject({ code: 0, stdout: "" });
  });

  test("leaves a link a link", async () => {
    symlinkSync(join(folder, "a.mtl"), join(folder, "link.mtl"));
    await mtl(["fmt", "link.mtl"], { cwd: folder });
    expect(lstatSync(join(folder, "link.mtl")).isSymbolicLink()).toBe(true);
    expect(read("a.mtl")).toBe("param a = 1\n");
  });

  test("refuses a file with a syntax error, says where, and formats the others", async () => {
    write("bad.mtl", "model 3 {\n");
    const ran = await mtl(["fmt", "bad.mtl", "a.mtl"], { cwd: folder });
    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/MTL1004[^]*bad\.mtl:1:7/u);
    expect([read("bad.mtl"), read("a.mtl")]).toEqual(["model 3 {\n", "param a = 1\n"]);
  });

  test("reads stdin", async () => {
    expect(await mtl(["fmt", "-"], { cwd: folder, stdin: "param  a = 1\r\n" })).toMatchObject({
      code: 0,
      stdout: "param a = 1\r\n",
    });
    expect(await mtl(["fmt", "-", "a.mtl"], { cwd: folder, stdin: "" })).toMatchObject({ code: 2 });
  });
});
