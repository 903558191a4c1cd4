import { describe, expect, test } from "vitest";
import { applyFixes } from "../../compiler/diagnostics/fixes.ts";
import type { Diagnostic, Fix } from "../../compiler/diagnostics/diagnostic.ts";
import { createMemoryHost } from "../../compiler/host.ts";
import { compileProgram } from "../../compiler/program.ts";
import { parse } from "../../grammar/parse.ts";
import { type Fixture, compileFixture, fixtures } from "./fixtures.ts";

interface Case {
  readonly fixture: Fixture;
  readonly diagnostic: Diagnostic;
  readonly fix: Fix;
}

const cases: readonly Case[] = fixtures.flatMap((fixture) =>
  compileFixture(fixture).diagnostics.flatMap((diagnostic) =>
    diagnostic.fixes.map((fix): Case => ({ fixture, diagnostic, fix })),
  ),
);

function fixedFixture({ fixture, fix }: Case): Fixture {
  const { text } = applyFixes(fixture.files[fix.at.file] ?? "", [fix]);
  return { ...fixture, files: { ...fixture.files, [fix.at.file]: text } };
}

/** The same message about the same piece of text, wherever an edit has moved it. */
const said = ({ name, message }: Diagnostic): string => `${name}: ${message}`;

describe("a fix makes its diagnostic go away, and leaves a text that can be read:", () => {
  test.each(cases.map((each) => [each.fixture.name, each.diagnostic.name, each.fix.title, each] as const))(
    "%s, %s: %s",
    (_fixture, _name, _title, each) => {
      const fixed = fixedFixture(each);
      const before = compileFixture(each.fixture).diagnostics.map(said);
      const after = compileFixture(fixed).diagnostics.map(said);
      const own = said(each.diagnostic);
      const count = (all: readonly string[]): number => all.filter((one) => one === own).length;
      expect(count(after)).toBe(count(before) - 1);
      const problems = (text: string): number => parse(text, "").problems.length;
      const file = each.fix.at.file;
      expect(problems(fixed.files[file] ?? "")).toBeLessThanOrEqual(problems(each.fixture.files[file] ?? ""));
    },
  );
});

const sound = `model birds
modality photo: image(32, 32, 3)
modality song: audio(4s, features: log_mel(window: 25ms, hop: 10ms))
stream seen = photo -> patches(8) -> linear(32) -> transformer(layers: 1, heads: 4) -> dropout(20%) -> mean
stream heard = song -> linear(32) -> mean
task species {
  from: seen + heard
  head: norm -> linear(10)
  target: category("species", classes: 10)
  metrics: [accuracy, f1]
}
dataset rows {
  path: "birds.csv"
  tasks: [species]
}
stage fit {
  optimizer: adamw(rate: 1e-3)
  epochs: 30
}
`;

function compile(text: string): readonly Diagnostic[] {
  return compileProgram({ entry: "birds.mtl", host: createMemoryHost({ "birds.mtl": text }) }).diagnostics;
}

/** Makes the first fix of each mistake that has one so safe, until there is none. */
function corrected(text: string, safety: readonly Fix["safety"][]): string {
  let current = text;
  for (let round = 0; round < 5; round++) {
    const fixes = compile(current).flatMap((diagnostic) =>
      diagnostic.fixes.filter((fix) => safety.includes(fix.safety)).slice(0, 1),
    );
    current = applyFixes(current, fixes).text;
  }
  return current;
}

function broken(meant: string, mistaken: string): string {
  expect(sound).toContain(meant);
  const text = sound.replace(meant, mistaken);
  expect(compile(text).some(({ severity }) => severity === "error")).toBe(true);
  return text;
}

test("the specification itself has nothing to correct", () => {
  expect(compile(sound)).toEqual([]);
});

describe("safe fixes give what was meant:", () => {
  test.each([
    ["misspelt names", "patches(8) -> linear(32)", "patchs(8) -> linaer(32)"],
    ["a misspelt option", "epochs: 30", "epocs: 30"],
    ["a misspelt keyword", "dataset rows", "dataste rows"],
    ["a name in capitals", "adamw(rate", "AdamW(rate"],
    ["another spelling of a unit", "hop: 10ms", "hop: 10msec"],
    ["a missing comma", "accuracy, f1]", "accuracy f1]"],
    ["a missing colon", "from: seen", "from seen"],
    ["a missing brace", "f1]\n}\n", "f1]\n"],
    ["a semicolon", "from: seen + heard", "from: seen + heard;"],
    ["single quotes", '"birds.csv"', "'birds.csv'"],
    ["an underscore in a number", "epochs: 30", "epochs: 3_0"],
    ["a number in quotes", "linear(32) ->", 'linear("32") ->'],
    ["a metric that is there twice", "accuracy, f1]", "accuracy, f1, accuracy]"],
  ])("%s", (_, meant, mistaken) => expect(corrected(broken(meant, mistaken), ["safe"])).toBe(sound));
});

describe("a guess is offered, and not made by itself:", () => {
  test.each([
    ["a missing option", "optimizer: adamw(rate: 1e-3)", "optimizer: adamw", "optimizer: adamw(rate: 0.001)"],
    ["a missing option of a block", "layers: 1, heads: 4", "layers: 1", "layers: 1, heads: 1"],
    ["a missing option of a declaration", "  optimizer: adamw(rate: 1e-3)\n", "", "  optimizer: sgd(rate: 0.001)\n"],
    ["a choice that may be another one", "target: category(", "target: categor(", "target: category("],
    ["a rate that is not in percent", "dropout(20%)", "dropout(20)", "dropout(20%)"],
    ["a head of another width", "norm -> linear(10)", "norm -> linear(12)", "norm -> linear(10)"],
    ["a head without a projection", "norm -> linear(10)", "norm", "norm -> linear(10)"],
    ["no head", "\n  head: norm -> linear(10)", "", "\n  head: linear(10)"],
    ["streams of two widths", "song -> linear(32)", "song -> linear(48)", "song -> linear(48)"],
    ["no length of a stage", "\n  epochs: 30", "", "\n  epochs: 5"],
  ])("%s", (_, meant, mistaken, guess) => {
    const text = broken(meant, mistaken);
    expect(corrected(text, ["safe"])).toBe(text);
    const result = corrected(text, ["guess"]);
    expect(result).toContain(guess);
    expect(compile(result)).toEqual([]);
  });

  test("a misspelt name that two names are as near to", () => {
    const text = broken("from: seen + heard", "from: seed + heard").replace(
      "stream heard",
      "stream seem = seen\nstream heard",
    );
    const [diagnostic] = compile(text);
    expect(diagnostic?.fixes.map(({ safety }) => safety)).toEqual(["guess"]);
  });
});

test("of fixes that overlap, the first is made", () => {
  const fix = (start: number, end: number, replacement: string): Fix => ({
    title: "",
    at: { file: "a.mtl", start, end },
    replacement,
    safety: "safe",
  });
  const { text, made } = applyFixes("one two three", [
    fix(4, 8, "2 "),
    fix(0, 3, "1"),
    fix(7, 13, "3"),
    fix(3, 3, ","),
  ]);
  expect(text).toBe("1, 2 three");
  expect(made).toHaveLength(3);
});
