import type { Data, Split } from "../../runtime/data/data.ts";
import { generator } from "../../runtime/random/generator.ts";
import { classes, inputs } from "./tiny-program.ts";

export type Rows = { readonly [task: string]: { readonly [Name in Split]: number } };

const defaultRows: Rows = {
  kind: { train: 30, validation: 12, test: 10 },
  size: { train: 14, validation: 6, test: 6 },
};

export interface ReadRow {
  readonly task: string;
  readonly split: Split;
  readonly row: number;
}

/** Rows that a linear rule labels, made from their position; `onRead` sees every row that is read. */
export function tinyData(rows: Rows = defaultRows, onRead: (row: ReadRow) => void = () => {}): Data {
  return {
    rows: (task, split) => rows[task]?.[split] ?? 0,
    batch: async ({ task, split, rows: positions, size }) => {
      const x = new Float32Array(size * inputs);
      const target = task === "kind" ? new Int32Array(size) : new Float32Array(size);
      const rowWeight = new Float32Array(size);
      for (const [index, row] of positions.entries()) {
        onRead({ task, split, row });
        const random = generator(7, task, split, row);
        const values = Array.from({ length: inputs }, () => random.normal());
        x.set(values, index * inputs);
        rowWeight[index] = 1;
        const sum = values.reduce((total, value, at) => total + value * (at - 2), 0);
        target[index] = task === "kind" ? (sum < -1 ? 0 : sum > 1 ? classes - 1 : 1) : sum / 3;
      }
      return {
        features: new Map([
          ["x", x],
          [`${task}.target`, target],
        ]),
        rowWeight,
        keys: positions.map((row) => `${task}/${split}/${row}`),
      };
    },
    tokens: () => ({}),
    source: async ({ task, split, row }) => ({ key: `${task}/${split}/${row}`, file: "made", row, inputs: [] }),
    preprocessing: { version: 1, tokenizers: {}, classes: { kind: ["low", "middle", "high"] } },
    problems: [],
    contents: {},
    close: async () => {},
  };
}
