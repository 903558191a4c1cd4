import { describe, expect, test } from "vitest";
import { callItemAt, callsFrom, callsTo } from "../../language-server/service/call-hierarchy.ts";
import { definitionAt } from "../../language-server/service/definition.ts";
import { highlightsAt } from "../../language-server/service/highlights.ts";
import { implementationsAt } from "../../language-server/service/implementations.ts";
import { referencesAt } from "../../language-server/service/references.ts";
import { sizeOriginAt } from "../../language-server/service/size-origin.ts";
import { filesOf, specification, textAt } from "./files.ts";

/** A library, and two specifications that import it. */
const library = (lib: string, main: string): string => `//- lib.mtl
${lib}
//- other.mtl
import { encode, width } from "./lib.mtl"
${specification("stream s = words -> embed(width) -> encode(hidden: 4)")}
//- main.mtl
import { encode, width } from "./lib.mtl"
${specification(main)}`;

const encode = `param width: int = 8
block encode(x: tokens, hidden: int): tokens {
  let inner = x -> linear(hidden)
  return inner -> linear(8)
}`;

function referencesOf(written: string): readonly string[] {
  const files = filesOf(written);
  return referencesAt(files.workspace, files.path, files.offset).map(({ at }) => `${textAt(files, at)} ${at.start}`);
}

describe("references", () => {
  test("of a block are found in all files of the workspace, from its declaration as from a use", () => {
    const atUse = referencesOf(library(encode, "stream s = words -> embed(8) -> enc┆ode(hidden: 4)"));
    const atDeclaration = referencesOf(
      library(encode.replace("encode", "enc┆ode"), "stream s = words -> embed(8) -> encode(hidden: 4)"),
    );
    expect(atUse).toEqual(atDeclaration);
    expect(atUse.map((each) => each.split(":")[0])).toEqual([
      "lib.mtl",
      "main.mtl",
      "main.mtl",
      "other.mtl",
      "other.mtl",
    ]);
  });

  test("of a parameter are its uses and the arguments that name it", () => {
    const found = referencesOf(
      library(encode.replace("linear(hid", "linear(hid┆"), "stream s = words -> embed(width)"),
    );
    expect(found.map((each) => each.replace(/ \d+$/u, ""))).toEqual([
      "lib.mtl: hidden",
      "lib.mtl: hidden",
      "other.mtl: hidden",
    ]);
  });

  test("of a local name stay in its body", () => {
    const found = referencesOf(library(encode.replace("return inn", "return inn┆"), "stream s = words -> embed(8)"));
    expect(found).toHaveLength(2);
  });

  test("of a stream are found in patterns of weights", () => {
    const written = specification("stream read = words -> embed(8)\nstream s = re┆ad -> linear(8)").replace(
      "epochs: 1",
      'freeze: ["read.**"]  epochs: 1',
    );
    expect(referencesOf(written).map((each) => each.replace(/ \d+$/u, ""))).toEqual([
      "main.mtl: read",
      "main.mtl: read",
      "main.mtl: read",
    ]);
  });

  test("of a block of the standard library are found in it, too", () => {
    const found = referencesOf(specification("stream s = words -> em┆bed(8)"));
    expect(found.filter((each) => each.startsWith("main.mtl"))).toHaveLength(1);
    expect(found.filter((each) => each.startsWith("mtl:prelude/")).length).toBeGreaterThan(1);
  });
});

test("a name is highlighted in its file, as written where it is declared or updated", () => {
  const { workspace, path, offset, texts } = filesOf(`block count(x: tokens): tokens {
  state me┆an[8] = zeros
  update mean = mean + 1
  return x + mean
}`);
  const found = highlightsAt(workspace, path, offset).map(
    ({ at, kind }) => `${texts[path]?.slice(0, at.start).split("\n").length ?? 0} ${kind}`,
  );
  expect(found).toEqual(["2 write", "3 write", "3 read", "4 read"]);
});

test("a definition has the extent of its declaration, and a part of a stream that of the stream", () => {
  const at = (body: string): string | undefined => {
    const files = filesOf(specification(body));
    const found = definitionAt(files.workspace, files.path, files.offset);
    return found && textAt(files, found.whole);
  };
  expect(at("stream read = words -> embed(8)\nstream s = re┆ad")).toBe("main.mtl: stream read = words -> embed(8)");
  expect(at("stream read = words -> embed(8) -> with_cls\nstream s = read.cl┆s")).toBe(
    "main.mtl: stream read = words -> embed(8) -> with_cls",
  );
});

describe("the size of a stream comes from", () => {
  const from = (body: string): string | undefined => {
    const files = filesOf(specification(body));
    const found = sizeOriginAt(files.workspace, files.path, files.offset);
    return found && textAt(files, found.to).slice("main.mtl: ".length);
  };
  test("the step that set its last axis, through steps that keep it and through other streams", () => {
    const read = "stream read = words -> embed(8) -> linear(6) -> norm\n";
    expect(from(`${read}stream s = re┆ad -> norm`)).toBe("linear(6)");
    expect(from(`${read}stream s = read -> no┆rm`)).toBe("linear(6)");
    expect(from(`${read}stream s = read -> linear(4) -> no┆rm`)).toBe("linear(4)");
    expect(from(`param six: int = 6\n${read}stream s = read -> linear(six) -> no┆rm`)).toBe("linear(six)");
  });

  test("the modality, where no step has set it", () => {
    expect(
      from("modality x: tensor(3, 4)\nstream u = x -> norm\nstream s = words -> embed(8) + (u┆ -> linear(8))"),
    ).toBe("x");
  });

  test("its type, for a param and a parameter", () => {
    expect(from("param w: int in 4..16 = 8\nstream s = words -> embed(w┆)")).toBe("int in 4..16");
    expect(
      from("block f(x: tokens, n: int): tokens { return x -> linear(n┆) }\nstream s = words -> embed(8) -> f(8)"),
    ).toBe("int");
  });
});

test("the implementations of a block parameter are the blocks that are given for it, and its default", () => {
  const files = filesOf(
    specification(`block wide(x: tokens): tokens { return x -> linear(8) }
block f(x: tokens, ff┆n: block = norm): tokens { return x -> ffn }
layer thin = linear(8)
stream a = words -> embed(8) -> f(ffn: wide)
stream s = a -> f(ffn: thin) -> f(ffn: linear(8) -> norm)`),
  );
  const found = implementationsAt(files.workspace, files.path, files.offset).map(({ to }) => textAt(files, to));
  expect(found.map((each) => each.replace(/^mtl:.*/u, "prelude"))).toEqual([
    "prelude",
    "main.mtl: wide",
    "main.mtl: thin",
    "main.mtl: linear(8) -> norm",
  ]);
});

test("the calls of a block are found across files and in the standard library", () => {
  const files = filesOf(library(encode, "stream s = words -> embed(8) -> enc┆ode(hidden: 4)"));
  const item = callItemAt(files.workspace, files.path, files.offset);
  if (!item) throw new Error("there is no block");
  const named = (calls: ReturnType<typeof callsTo>): readonly string[] =>
    calls.map((call) => `${call.item.name.file.replace(/^mtl:.*/u, "prelude")} ${call.item.label} ${call.at.length}`);
  expect(named(callsTo(files.workspace, item))).toEqual(["main.mtl s 1", "other.mtl s 1"]);
  expect(named(callsFrom(files.workspace, item))).toEqual(["prelude linear 2"]);
  const [linear] = callsFrom(files.workspace, item);
  if (!linear) throw new Error("it calls no block");
  expect(named(callsTo(files.workspace, linear.item))).toContain("lib.mtl encode 2");
  expect(named(callsTo(files.workspace, linear.item)).some((each) => each.startsWith("prelude"))).toBe(true);
});
