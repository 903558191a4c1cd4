import { generator } from "../../runtime/random/generator.ts";
import type { Split } from "./splits.ts";
import { writeDataset } from "./write-dataset.ts";

/** The cosines of the two tasks' directions for which there is a column of labels, in %. */
export const correlations = [100, 50, 0] as const;

const inputs = 10;
const sines = 6;
const sizes: Readonly<Record<Split, number>> = { train: 5000, validation: 1000, test: 3000 };

/**
 * Writes `correlated.jsonl`, which is synthetic: two regressions whose correlation is set (Ma et al., 2018, Modeling task relationships in multi-task
 * learning with multi-gate mixture-of-experts, section 3). The first label is `first`; `second_50` is the second label where the cosine is 50 %.
 */
export function prepareCorrelated(folder: string): Promise<void> {
  return writeDataset(folder, [1], async () => ({ "correlated.jsonl": correlatedRows() }));
}

type Row = Readonly<Record<string, Split | number | readonly number[]>>;

function correlatedRows(): readonly Row[] {
  const random = generator(1, "correlated");
  const normals = (): readonly number[] => Array.from({ length: inputs }, () => random.normal());
  const first = unit(normals());
  const other = normals();
  const second = unit(other.map((value, index) => value - dot(other, first) * (first[index] ?? 0)));
  return Object.entries(sizes).flatMap(([split, size]) =>
    Array.from({ length: size }, () => {
      const x = normals();
      const [a, b] = [dot(x, first), dot(x, second)];
      const [noise, otherNoise] = [0.1 * random.normal(), 0.1 * random.normal()];
      return {
        x: x.map(rounded),
        first: rounded(label(a) + noise),
        ...Object.fromEntries(
          correlations.map((percent) => {
            const cosine = percent / 100;
            return [
              `second_${percent}`,
              rounded(label(cosine * a + Math.sqrt(1 - cosine ** 2) * b) + otherNoise),
            ] as const;
          }),
        ),
        split: split as Split,
      };
    }),
  );
}

/** z + Σ sin(αᵢ·z + βᵢ) with αᵢ = i and βᵢ = i − 1, which are our choice. */
function label(z: number): number {
  return Array.from({ length: sines }, (_, index) => Math.sin((index + 1) * z + index)).reduce(
    (sum, sine) => sum + sine,
    z,
  );
}

const dot = (left: readonly number[], right: readonly number[]): number =>
  left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
const unit = (vector: readonly number[]): readonly number[] =>
  vector.map((value) => value / Math.sqrt(dot(vector, vector)));
const rounded = (value: number): number => Number(value.toFixed(5));
