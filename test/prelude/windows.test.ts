import { describe, expect, test } from "vitest";
import { complaints, inspect } from "../elaborate/harness.ts";

const text = (expression: string): string => `model m
modality wave: series(steps: 11, channels: 2)
modality sound: audio(seconds: 0.02, rate: 1000, features: waveform(frame: 2))
modality film: video(frames: 5, height: 2, width: 3, channels: 1)
stream s = ${expression}
`;
const steps = 11;
/** Values that say where they come from. */
const wave = Array.from({ length: 2 * steps * 2 }, (_, index) => index + 1);

describe("windows are cut as by plain loops", () => {
  test.each([
    [4, 2],
    [3, 3],
    [5, 2],
    [4, 6],
    [1, 1],
    [11, 1],
    [2, 5],
  ])("of %i steps, every %i", (length, stride) => {
    const { run, shapes } = inspect(text(`wave -> windows(length: ${length}, stride: ${stride})`));
    const expected: number[] = [];
    let count = 0;
    for (let row = 0; row < 2; row++)
      for (let start = 0; start + length <= steps; start += stride) {
        count++;
        for (let step = start; step < start + length; step++)
          for (let channel = 0; channel < 2; channel++)
            expected.push(wave[(row * steps + step) * 2 + channel] ?? Number.NaN);
      }
    expect(shapes.s).toBe(`tokens[${count / 2} × ${length * 2}]`);
    expect(run({ "feature/wave": wave }).s).toEqual(expected);
  });

  test("a window is there if one of its steps is", () => {
    const { run } = inspect(text("reshape(mask(wave -> windows(length: 3, stride: 2)), [5])"));
    const mask = [
      [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    ].flat();
    expect(run({ "feature/wave.mask": mask }).s).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  test("frames of a video, and frames of a sound", () => {
    const film = Array.from({ length: 2 * 5 * 6 }, (_, index) => index);
    const { run, shapes } = inspect(text("film -> windows(length: 2, stride: 3)"));
    expect(shapes.s).toBe("tokens[2 × 12]");
    const frame = (row: number, index: number): readonly number[] =>
      film.slice((row * 5 + index) * 6, (row * 5 + index + 1) * 6).map((byte) => byte / 255);
    const expected = [0, 1].flatMap((row) => [0, 1, 3, 4].flatMap((index) => frame(row, index)));
    const actual = run({ "feature/film": film }).s ?? [];
    expect(actual).toHaveLength(expected.length);
    for (const [index, value] of expected.entries()) expect(actual[index]).toBeCloseTo(value, 12);
    // Windows without a stride follow each other.
    expect(inspect(text("sound -> windows(length: 3)")).shapes.s).toBe("tokens[3 × 6]");
  });
});

test("a window that is longer than what it is cut from is an error", () => {
  expect(
    complaints(
      `${text("wave -> windows(length: 12, stride: 1)")}task t { from: mean(s) -> linear(1)  target: number("y") }`,
    ),
  ).toContain("shape_mismatch");
});
