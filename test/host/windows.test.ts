import { posix, win32 } from "node:path";
import { describe, expect, test } from "vitest";
import { renderSarif } from "../../compiler/diagnostics/render/sarif.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import { compileProgram } from "../../compiler/program.ts";
import { printSpecification } from "../../compiler/formatter/print.ts";
import { parse } from "../../grammar/parse.ts";
import { layOutSources } from "../../runtime/compile.ts";
import { renameWithRetry } from "../../runtime/files/write-atomically.ts";
import { commonFolder, isInside, portablePath, portableRelative } from "../../runtime/host/portable-path.ts";
import { UserError } from "../../runtime/user-error.ts";

describe("paths of Windows", () => {
  test("are written with `/` where they are kept, and those of other systems stay as they are", () => {
    expect(portablePath("data\\photos\\1.png", win32)).toBe("data/photos/1.png");
    expect(portablePath("data/a\\b.png", posix)).toBe("data/a\\b.png");
    expect(portableRelative("C:\\work\\project", "C:\\work\\data\\rows.csv", win32)).toBe("../data/rows.csv");
    expect(portableRelative("C:\\work", "D:\\rows.csv", win32)).toBe("D:/rows.csv");
  });

  test("are inside of a folder whatever their case, and never where they are on another drive", () => {
    expect(isInside("C:\\Work", "c:\\work\\data\\rows.csv", win32)).toBe(true);
    expect(isInside("C:\\work", "C:\\workshop\\rows.csv", win32)).toBe(false);
    expect(isInside("C:\\work", "D:\\work\\rows.csv", win32)).toBe(false);
    expect(isInside("C:\\work", "C:\\work\\..hidden\\rows.csv", win32)).toBe(true);
  });

  test("have a common folder up to the drive, and none beyond it", () => {
    expect(commonFolder(["C:\\a\\b\\main.mtl", "C:\\a\\blocks.mtl"], win32)).toBe("C:\\a");
    expect(commonFolder(["C:\\main.mtl", "C:\\a\\blocks.mtl"], win32)).toBe("C:\\");
    expect(commonFolder(["C:\\main.mtl", "D:\\blocks.mtl"], win32)).toBeUndefined();
    expect(commonFolder(["/main.mtl", "/a/blocks.mtl"], posix)).toBe("/");
  });

  test("of a specification of several files keep their places to each other in a run's folder", () => {
    const sources = new Map([
      ["C:\\a\\models\\main.mtl", "main"],
      ["C:\\a\\shared\\blocks.mtl", "blocks"],
    ]);
    expect(layOutSources({ entry: "C:\\a\\models\\main.mtl", sources }, win32)).toEqual({
      entry: "spec/models/main.mtl",
      files: new Map([
        ["spec/models/main.mtl", "main"],
        ["spec/shared/blocks.mtl", "blocks"],
      ]),
    });
    const apart = new Map([...sources, ["D:\\more.mtl", "more"]]);
    expect(() => layOutSources({ entry: "C:\\a\\models\\main.mtl", sources: apart }, win32)).toThrow(UserError);
  });

  test("are URIs in SARIF", () => {
    const file = "model.mtl";
    const { diagnostics, sources } = compileProgram({ entry: file, host: createMemoryHost({ [file]: "model" }) });
    const uriOf = (path: string): string =>
      /"uri": ?"([^"]*)"/.exec(
        renderSarif({ diagnostics, sources, displayPath: () => path }, { version: "1", explanations: new Map() }),
      )?.[1] ?? "";
    expect(uriOf("C:\\my work\\model.mtl")).toBe("file:///C:/my%20work/model.mtl");
    expect(uriOf("models\\model.mtl")).toBe("models/model.mtl");
    expect(uriOf("/my work/model.mtl")).toBe("file:///my%20work/model.mtl");
  });
});

describe("renaming a file that another program has open for a moment", () => {
  const refusing = (times: number, code: string) => {
    let calls = 0;
    return {
      calls: () => calls,
      rename: () =>
        ++calls <= times ? Promise.reject(Object.assign(new Error(code), { code })) : Promise.resolve(undefined),
    };
  };

  test("is tried again on Windows, and on no other system", async () => {
    const files = refusing(2, "EPERM");
    await renameWithRetry("a", "b", files, "win32");
    expect(files.calls()).toBe(3);
    const others = refusing(2, "EPERM");
    await expect(renameWithRetry("a", "b", others, "linux")).rejects.toThrow("EPERM");
    expect(others.calls()).toBe(1);
  });

  test("fails at once for another reason", async () => {
    const files = refusing(2, "ENOSPC");
    await expect(renameWithRetry("a", "b", files, "win32")).rejects.toThrow("ENOSPC");
    expect(files.calls()).toBe(1);
  });
});

test("a specification with line ends of Windows is the same specification", () => {
  const text = `/// A model.
model m "Two lines"

// The words.
modality words: text(max_length: 8, tokenizer: characters)

stream read = words
  -> embed(8)
  -> norm   // as in the paper

task t { from: mean(read)  head: linear(3)
  target: category("k", classes: 3) }
`;
  const withReturns = text.replaceAll("\n", "\r\n");
  const compiled = (source: string) => {
    const { program, diagnostics } = compileProgram({ entry: "m.mtl", host: createMemoryHost({ "m.mtl": source }) });
    return { specification: program?.specification, messages: diagnostics.map(({ message }) => message) };
  };
  expect(compiled(withReturns)).toEqual(compiled(text));
  expect(compiled(text).specification?.tasks).toHaveProperty("t");
  const printed = (source: string) => printSpecification(parse(source, "m.mtl").tree, { source });
  expect(printed(withReturns)).toBe(printed(text));
});
