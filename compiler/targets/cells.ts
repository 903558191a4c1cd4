import type { Shape } from "../graph/graph.ts";
import type { ResolvedModality } from "../schema/resolved.ts";

/** The equal parts that a modality's values are divided into. */
export interface Cells {
  /** The number of cells. */
  readonly count: number;
  /** The numbers in each cell. */
  readonly width: number;
  /** The indices of a cell's numbers among all numbers of the modality, which are in row-major order. */
  readonly indicesOf: (cell: number) => readonly number[];
}

/** The shape of a modality with one value for each of its numbers; `undefined` for other kinds. */
export function shapeOfNumbers(modality: ResolvedModality | undefined): Shape | undefined {
  if (modality?.kind === "image") return [modality.height, modality.width, modality.channels];
  return modality?.kind === "tensor" ? modality.shape : undefined;
}

/**
 * Patches of `size × size` positions of a grid, row by row, as the block `patches` makes them; of another shape, `size`
 * consecutive elements of the first axis. `undefined` if the shape cannot be divided so.
 */
export function cellsOf(shape: Shape, size: number): Cells | undefined {
  const [first = 1, ...rest] = shape;
  if (shape.length === 3) {
    const [columns = 1, channels = 1] = rest;
    if (first % size !== 0 || columns % size !== 0) return undefined;
    const across = columns / size;
    return {
      count: (first / size) * across,
      width: size * size * channels,
      indicesOf: (cell) => {
        const [top, left] = [Math.floor(cell / across) * size, (cell % across) * size];
        return Array.from({ length: size * size * channels }, (_, index) => {
          const pixel = Math.floor(index / channels);
          const [row, column] = [top + Math.floor(pixel / size), left + (pixel % size)];
          return (row * columns + column) * channels + (index % channels);
        });
      },
    };
  }
  if (first % size !== 0) return undefined;
  const width = size * rest.reduce((product, each) => product * each, 1);
  return {
    count: first / size,
    width,
    indicesOf: (cell) => Array.from({ length: width }, (_, index) => cell * width + index),
  };
}
