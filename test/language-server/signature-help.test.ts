import { expect, test } from "vitest";
import { signatureHelpAt } from "../../language-server/service/signature-help.ts";
import { filesOf } from "./files.ts";

/** The signature at the cursor, with the active parameter in `«»`. */
function shownAt(written: string): string | undefined {
  const { workspace, path, offset } = filesOf(written);
  const help = signatureHelpAt(workspace, path, offset);
  const active = help?.active === undefined ? undefined : help.parameters[help.active];
  if (!help || !active) return help?.label;
  return `${help.label.slice(0, active.start)}«${help.label.slice(active.start, active.end)}»${help.label.slice(active.end)}`;
}

const blocks = "block own(x: tokens, y: tokens, size: int in 1..9, rate: rate = 10%): tokens { return x }\n";

test.each([
  [
    "a block whose arguments have not begun",
    `${blocks}stream s = own(┆)`,
    "own(«x: tokens», y: tokens, size: int in 1..9, rate: rate = 10%)",
  ],
  [
    "the next stream",
    `${blocks}stream s = own(a, ┆`,
    "own(x: tokens, «y: tokens», size: int in 1..9, rate: rate = 10%)",
  ],
  [
    "a number, which is no stream",
    `${blocks}stream s = own(a, b, 3┆)`,
    "own(x: tokens, y: tokens, «size: int in 1..9», rate: rate = 10%)",
  ],
  [
    "an argument by its name",
    `${blocks}stream s = own(a, rate: ┆)`,
    "own(x: tokens, y: tokens, size: int in 1..9, «rate: rate = 10%»)",
  ],
  [
    "a step of a pipeline, whose first stream is before the arrow",
    `${blocks}stream s = a -> own(┆)`,
    "own(x: tokens, «y: tokens», size: int in 1..9, rate: rate = 10%)",
  ],
  [
    "a named body",
    `${blocks}stream s = own(a, b) { rate: ┆ }`,
    "own(x: tokens, y: tokens, size: int in 1..9, «rate: rate = 10%»)",
  ],
  [
    "a layer of the file",
    `${blocks}layer see = own(rate: 5%)\nstream s = see(┆)`,
    "see(«x: tokens», y: tokens, size: int in 1..9)",
  ],
  [
    "a layer of a body",
    `${blocks}block f(x: tokens): tokens {\n  layer l = own\n  return l(┆x)\n}`,
    "l(«x: tokens», y: tokens, size: int in 1..9, rate: rate = 10%)",
  ],
  ["a member of a family", "stage s { optimizer: sgd(┆ }", "sgd(«rate: number ≥ 0», groups: list of weight group)"],
  [
    "a member in a member",
    'stage s { optimizer: sgd(1, [group("a", ┆)]) }',
    "group(weights: pattern, «rate: number ≥ 0», weight_decay: number ≥ 0)",
  ],
  [
    "a target",
    'task t { target: number("k", ┆ }',
    "number(column: string, «standardise: bool = true», missing: list of string)",
  ],
  ["the inner one of two calls", `${blocks}stream s = own(mean(┆))`, "mean(«x: tokens»)"],
  ["a list in a call", `${blocks}stream s = concat([a, ┆])`, "concat(«streams: list of stream», axis: int = 0)"],
  [
    "a repeat",
    "block f(x: tokens): tokens { return x -> repeat(2, share: ┆) { it } }",
    "repeat(rounds, «share: one of none, all, after_first», keep: one of last, all)",
  ],
])("%s", (_, written, expected) => expect(shownAt(written)).toBe(expected));

test("no call, no signature", () => {
  expect(shownAt("stage s { optimizer: ┆ }")).toBeUndefined();
  expect(shownAt(`${blocks}stream s = own(a) // own(┆`)).toBeUndefined();
  expect(shownAt("stream s = nowhere(┆)")).toBeUndefined();
});

test("a parameter has its type, default and documentation", () => {
  const { workspace, path, offset } = filesOf("stage s { optimizer: adamw(┆) }");
  const help = signatureHelpAt(workspace, path, offset);
  expect(help?.documentation).toMatch(/decoupled weight decay/u);
  expect(help?.parameters.find(({ name }) => name === "weight_decay")?.documentation).toMatch(/0\.01 by default/u);
});
