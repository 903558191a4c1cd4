/** A cost above all others, small enough that sums of it remain exact. */
const infinite = 1e12;

/**
 * The column of each row in the assignment of least total cost, of `costs` [rows × columns] with no more rows than
 * columns. Each row gets a column of its own. It follows shortest augmenting paths with potentials (Jonker & Volgenant,
 * 1987), in rows² · columns steps. A cost that is NaN counts as infinite.
 */
export function assignment(costs: ArrayLike<number>, rows: number, columns: number): Int32Array {
  if (rows > columns) throw new Error(`${rows} rows cannot each have one of ${columns} columns`);
  const search = new Search(costs, rows, columns);
  for (let row = 1; row <= rows; row++) search.assign(row);
  const columnOf = new Int32Array(rows);
  for (const [column, row] of search.rowOf.entries()) if (column > 0 && row > 0) columnOf[row - 1] = column - 1;
  return columnOf;
}

/** Rows and columns are counted from 1; column 0 is where each path begins. */
class Search {
  readonly #costs: ArrayLike<number>;
  readonly #columns: number;
  readonly #rowPotentials: Float64Array;
  readonly #columnPotentials: Float64Array;
  /** The row of each column; 0 for a free one. */
  readonly rowOf: Int32Array;

  constructor(costs: ArrayLike<number>, rows: number, columns: number) {
    this.#costs = costs;
    this.#columns = columns;
    this.#rowPotentials = new Float64Array(rows + 1);
    this.#columnPotentials = new Float64Array(columns + 1);
    this.rowOf = new Int32Array(columns + 1);
  }

  /** Gives a further row a column, for which other rows may change theirs. */
  assign(row: number): void {
    const distances = new Float64Array(this.#columns + 1).fill(Infinity);
    const before = new Int32Array(this.#columns + 1);
    const visited: number[] = [];
    const isVisited = new Uint8Array(this.#columns + 1);
    this.rowOf[0] = row;
    let column = 0;
    while (at(this.rowOf, column) !== 0) {
      visited.push(column);
      isVisited[column] = 1;
      let nearest = 0;
      for (let to = 1; to <= this.#columns; to++) {
        if (isVisited[to]) continue;
        const reduced = this.#reduced(at(this.rowOf, column), to);
        if (reduced < at(distances, to)) [distances[to], before[to]] = [reduced, column];
        if (nearest === 0 || at(distances, to) < at(distances, nearest)) nearest = to;
      }
      this.#shift(visited, at(distances, nearest));
      const step = at(distances, nearest);
      for (let to = 1; to <= this.#columns; to++) if (!isVisited[to]) distances[to] = at(distances, to) - step;
      column = nearest;
    }
    for (; column !== 0; column = at(before, column)) this.rowOf[column] = at(this.rowOf, at(before, column));
  }

  /** The cost of a pair, less the potentials of its row and its column. */
  #reduced(row: number, column: number): number {
    const cost = this.#costs[(row - 1) * this.#columns + column - 1] ?? Number.NaN;
    return (
      (Number.isFinite(cost) ? cost : infinite) - at(this.#rowPotentials, row) - at(this.#columnPotentials, column)
    );
  }

  /** Changes the potentials of the visited columns and their rows, so that reduced costs stay at 0 or above. */
  #shift(visited: readonly number[], by: number): void {
    for (const column of visited) {
      const row = at(this.rowOf, column);
      this.#rowPotentials[row] = at(this.#rowPotentials, row) + by;
      this.#columnPotentials[column] = at(this.#columnPotentials, column) - by;
    }
  }
}

function at(values: Float64Array | Int32Array, index: number): number {
  return values[index] ?? 0;
}
