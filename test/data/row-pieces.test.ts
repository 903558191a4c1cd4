import { expect, test } from "vitest";
import { rowPieces } from "../../runtime/data/tables/row-pieces.ts";
import type { TableSink } from "../../runtime/data/tables/table.ts";

/** A reader of so many rows that says how far it is. */
function counting(rows: number) {
  const state = { read: 0, ended: "" };
  const read = async (sink: TableSink): Promise<void> => {
    sink.columns(["x"]);
    try {
      while (state.read < rows) await sink.row(++state.read, { x: state.read });
      sink.problem({ file: "t", row: rows + 1, reason: "it is broken" });
      state.ended = "whole";
    } finally {
      state.ended ||= "early";
    }
  };
  return { state, read };
}

test("a reader is never further than the rows that are held", async () => {
  const { state, read } = counting(10);
  const pieces = [];
  for await (const piece of rowPieces(read, 4)) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    pieces.push({
      ahead: state.read,
      rows: piece.rows.map(({ row }) => row),
      columns: piece.columns,
      problems: piece.problems.length,
    });
  }
  expect(pieces).toEqual([
    { ahead: 4, rows: [1, 2, 3, 4], columns: ["x"], problems: 0 },
    { ahead: 8, rows: [5, 6, 7, 8], columns: ["x"], problems: 0 },
    { ahead: 10, rows: [9, 10], columns: ["x"], problems: 1 },
  ]);
  expect(state.ended).toBe("whole");
});

test("a table that nobody reads to its end is closed", async () => {
  const { state, read } = counting(100);
  for await (const { rows } of rowPieces(read, 4)) if (rows.length > 0) break;
  expect(state).toEqual({ read: 4, ended: "early" });
});

test("what a reader throws comes to whoever takes the rows", async () => {
  const failing = async (sink: TableSink): Promise<void> => {
    await sink.row(1, {});
    throw new Error("cut short");
  };
  await expect(
    (async () => {
      for await (const piece of rowPieces(failing, 4)) expect(piece).toBeDefined();
    })(),
  ).rejects.toThrow("cut short");
});
