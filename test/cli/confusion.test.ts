import { expect, test } from "vitest";
import { renderConfusion } from "../../cli/confusion.ts";
import type { ConfusionMatrix } from "../../runtime/evaluation/confusion-matrix.ts";

const birds: ConfusionMatrix = {
  classes: ["sparrow", "wren", "robin"],
  counts: [
    [18, 2, 0],
    [3, 1, 0],
    [0, 0, 0],
  ],
};

test("a matrix has a line for each class and a column for each prediction", () => {
  expect(renderConfusion("species", birds, 80)).toBe(
    [
      "species: each line has the rows of one class, by predicted class",
      "",
      "         sparrow  wren  robin  recall",
      "sparrow       18     2      ·    90 %",
      "wren           3     1      ·    25 %",
      "robin          ·     ·      ·",
      "",
    ].join("\n"),
  );
});

test("if names are too long for the terminal, columns have numbers", () => {
  expect(renderConfusion("species", birds, 30)).toBe(
    [
      "species: each line has the rows of one class, by predicted class",
      "",
      "            1  2  3  recall",
      "1 sparrow  18  2  ·    90 %",
      "2 wren      3  1  ·    25 %",
      "3 robin     ·  ·  ·",
      "",
    ].join("\n"),
  );
});

test("a matrix that does not fit is replaced by its largest mistakes, in order of their number", () => {
  expect(renderConfusion("species", birds, 20)).toBe(
    [
      "species: confusions among 3 classes",
      "",
      "class    predicted  rows  of the class",
      "wren     sparrow       3          75 %",
      "sparrow  wren          2          10 %",
      "",
    ].join("\n"),
  );
});

test("with many classes, ten mistakes are listed, and the number of all", () => {
  const classes = Array.from({ length: 40 }, (_, of) => `c${of}`);
  // Class n is mistaken n times for the next class; the last class has no mistakes.
  const counts = classes.map((_, actual) =>
    classes.map((_name, given) => (given === actual ? 100 : given === actual + 1 ? actual : 0)),
  );
  const lines = renderConfusion("kind", { classes, counts }, 500).trimEnd().split("\n");
  expect(lines[0]).toBe("kind: the most frequent of 38 confusions among 40 classes");
  expect(lines.slice(3).map((line) => line.split(/\s+/u).slice(0, 3))).toEqual(
    Array.from({ length: 10 }, (_, at) => [`c${38 - at}`, `c${39 - at}`, String(38 - at)]),
  );
});

test("fractional weights keep a decimal, and a perfect model is reported as one", () => {
  expect(
    renderConfusion(
      "species",
      {
        classes: ["a", "b"],
        counts: [
          [1.5, 0.25],
          [0, 2],
        ],
      },
      80,
    ),
  ).toContain("1.5  0.3");
  const classes = Array.from({ length: 40 }, (_, of) => `c${of}`);
  expect(
    renderConfusion(
      "kind",
      { classes, counts: classes.map((_, a) => classes.map((_name, g) => (a === g ? 1 : 0))) },
      80,
    ),
  ).toBe("kind: no row of its 40 classes was confused with another\n");
});
