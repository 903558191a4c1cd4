import { expect, test } from "vitest";
import { createMemoryHost } from "../../compiler/host.ts";
import { compileProgram } from "../../compiler/program.ts";

const files = 3000;

test("imports may be as long in a row as they like, and a circle of them is told as one", () => {
  const texts = Object.fromEntries(
    Array.from({ length: files }, (_, at) => [`/c${at}.mtl`, `import { x } from "./c${at + 1}.mtl"\n`]),
  );
  const last = (text: string) => ({ ...texts, [`/c${files}.mtl`]: text });
  const codes = (text: string) =>
    new Set(
      compileProgram({ entry: "/c0.mtl", host: createMemoryHost(last(text)) }).diagnostics.map(({ code }) => code),
    );
  const circle = codes(`import { x } from "./c${files - 1}.mtl"\n`);
  expect(circle.has("MTL2004")).toBe(true);
  expect(codes("param x: int = 1\n").has("MTL2004")).toBe(false);
});
