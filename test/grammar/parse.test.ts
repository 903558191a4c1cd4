import { describe, expect, test } from "vitest";
import type { Node } from "../../grammar/ast.ts";
import { childrenOf, visit } from "../../grammar/children.ts";
import { parse } from "../../grammar/parse.ts";
import { fixture, fixtures, outline, parseCleanly } from "./support.ts";

describe("the specifications of the design", () => {
  test.each(fixtures)("$file parses without a problem", ({ file, text }) => {
    const { tree, problems } = parse(text, file);
    expect(problems).toEqual([]);
    const heads = text.match(/^(?:model|param|modality|block|layer|stream|fusion|task|dataset|stage)\b/gm);
    expect(tree.declarations).toHaveLength(heads?.length ?? 0);
  });

  test("the full example of the language has this tree", async () => {
    await expect(`${outline(parseCleanly(fixture("emoji.mtl")))}\n`).toMatchFileSnapshot("./golden/emoji.tree.txt");
  });

  test.each(fixtures)("in $file children lie within their parents, in order and apart", ({ file, text }) => {
    visit(parse(text, file).tree, (node) => {
      expect(node.span.file).toBe(file);
      let end = node.span.start;
      for (const child of childrenOf(node)) {
        expect(child.span.start).toBeGreaterThanOrEqual(end);
        expect(child.span.end).toBeLessThanOrEqual(node.span.end);
        end = child.span.end;
      }
    });
  });

  test.each(fixtures)("in $file line ends of Windows change nothing but places", ({ file, text }) => {
    const windows = parse(text.replaceAll("\n", "\r\n"), file);
    expect(windows.problems).toEqual([]);
    expect(outline(windows.tree)).toBe(outline(parse(text, file).tree));
  });
});

describe("declarations", () => {
  test("every declaration has its parts", () => {
    const tree = parseCleanly(`
      model m "A title"
      import { a, b, } from "./other.mtl"
      param width: int in 32..1024 = 128
      param rate = 10%
      renamed "old.**" -> "new.**"
      block f(x: list of tokens, kind: one of [a, "b c"] = a, y: optional vector, g: block = mlp(ratio: 4)): (spatial: tokens, vector) { return x }
    `);
    expect(outline(tree)).toMatchInlineSnapshot(`
      "SpecificationFile
        Model
          Identifier name="m"
          String value="A title"
        Import
          Identifier name="a"
          Identifier name="b"
          String value="./other.mtl"
        Param
          Identifier name="width"
          NamedType
            Identifier name="int"
            Range
              Number value=32
              Number value=1024
          Number value=128
        Param
          Identifier name="rate"
          Number value=10 unit="%"
        Renamed
          String value="old.**"
          String value="new.**"
        Block
          Identifier name="f"
          Parameter
            Identifier name="x"
            ListType
              NamedType
                Identifier name="tokens"
          Parameter
            Identifier name="kind"
            OneOfType
              Identifier name="a"
              String value="b c"
            Name name="a"
          Parameter
            Identifier name="y"
            OptionalType
              NamedType
                Identifier name="vector"
          Parameter
            Identifier name="g"
            NamedType
              Identifier name="block"
            Call
              Name name="mlp"
              Argument
                Identifier name="ratio"
                Number value=4
          TupleType
            Identifier name="spatial"
            NamedType
              Identifier name="tokens"
            NamedType
              Identifier name="vector"
          Return
            Name name="x""
    `);
  });

  test("statements of a block", () => {
    const tree = parseCleanly(`block f(x: tokens) {
      weight w[D, 4 * D] = normal(0.02)
      weight scale = ones
      state mean[D]
      update mean = 0.9 * mean
      layer shared = linear(3)
      let (a, b) = split(x)
      let last = repeat(2, share: all) as i from (t = a, v = b) { yield (t, v) }
      return last
    }`);
    expect(outline(tree)).toMatchInlineSnapshot(`
      "SpecificationFile
        Block
          Identifier name="f"
          Parameter
            Identifier name="x"
            NamedType
              Identifier name="tokens"
          Weight
            Identifier name="w"
            Name name="D"
            Binary operator="*"
              Number value=4
              Name name="D"
            Call
              Name name="normal"
              Argument
                Number value=0.02
          Weight
            Identifier name="scale"
            Name name="ones"
          State
            Identifier name="mean"
            Name name="D"
          Update
            Identifier name="mean"
            Binary operator="*"
              Number value=0.9
              Name name="mean"
          LayerStatement
            Identifier name="shared"
            Call
              Name name="linear"
              Argument
                Number value=3
          Let
            Identifier name="a"
            Identifier name="b"
            Call
              Name name="split"
              Argument
                Name name="x"
          Let
            Identifier name="last"
            Repeat
              Argument
                Number value=2
              Argument
                Identifier name="share"
                Name name="all"
              Identifier name="i"
              Binding
                Identifier name="t"
                Name name="a"
              Binding
                Identifier name="v"
                Name name="b"
              Yield
                Tuple
                  Name name="t"
                  Name name="v"
          Return
            Name name="last""
    `);
  });

  test("a name may be left out only where the language allows it", () => {
    const { declarations } = parseCleanly("block f(): (tokens, b: vector) { return repeat(2) { it } }");
    const [block] = declarations;
    expect(
      block?.kind === "Block" &&
        block.result?.kind === "TupleType" &&
        block.result.elements.map(({ name }) => name?.name),
    ).toEqual([undefined, "b"]);
  });
});

describe("documentation and comments", () => {
  const text = `/// What it is.
///   indented
// between
model m
stage s { // trailing
  /// Why so.
  clip: 1.0
  sampler: weights() {
    /// Mostly.
    detect: 0.5
  }
  /// nothing follows
}
//// a rule
/// at the end`;

  test("documentation belongs to the declaration, option or entry below it", () => {
    const docs = new Map<string, string>();
    visit(parseCleanly(text), (node) => {
      if ("doc" in node && node.doc !== undefined) docs.set(nameOf(node), node.doc);
    });
    expect(Object.fromEntries(docs)).toEqual({ m: "What it is.\n  indented", clip: "Why so.", detect: "Mostly." });
  });

  test("all other comments are kept with their places", () => {
    const { comments } = parseCleanly(text);
    expect(comments.map((comment) => comment.text)).toEqual([
      " between",
      " trailing",
      "/ nothing follows",
      "// a rule",
      "/ at the end",
    ]);
    for (const { span, text: words } of comments) expect(text.slice(span.start, span.end)).toBe(`//${words}`);
  });
});

function nameOf(node: Node): string {
  const name = childrenOf(node).find(({ kind }) => kind === "Identifier");
  return name?.kind === "Identifier" ? name.name : node.kind;
}
