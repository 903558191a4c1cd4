/**
 * The column of each row in the assignment of least total cost, of `costs` [rows × columns] with no more rows than
 * columns. Each row gets a column of its own. It follows shortest augmenting paths with potentials (Jonker & Volgenant,
 * 1987), in rows² · columns steps. A cost that is NaN counts as infinite.
 */
export function assignment(costs: ArrayLike<number>, rows: number, columns: number): Int32Array {
  if (rows > columns) throw new Error(`${rows} rows cannot each have one of ${columns} columns`);
  // Index 0 of rows and columns is a virtual one, at which each path begins.
  const rowPotentials = new Float64Array(rows + 1);
  const columnPotentials = new Float64Array(columns + 1);
  const rowOf = new Int32Array(columns + 1);
  const before = new Int32Array(columns + 1);
  const cost = (row: number, column: number): number => {
    const given = costs[(row - 1) * columns + column - 1] ?? Number.NaN;
    return Number.isFinite(given) ? given : infinite;
  };
  for (let row = 1; row <= rows; row++) {
    const distances = new Float64Array(columns + 1).fill(Infinity);
    const isVisited = new Uint8Array(columns + 1);
    rowOf[0] = row;
    let column = 0;
    while (rowOf[column] !== 0) {
      isVisited[column] = 1;
      const from = rowOf[column] ?? 0;
      let nearest = 0;
      for (let to = 1; to <= columns; to++) {
        if (isVisited[to]) continue;
        const reduced = cost(from, to) - (rowPotentials[from] ?? 0) - (columnPotentials[to] ?? 0);
        if (reduced < (distances[to] ?? Infinity)) {
          distances[to] = reduced;
          before[to] = column;
        }
        if (nearest === 0 || (distances[to] ?? Infinity) < (distances[nearest] ?? Infinity)) nearest = to;
      }
      const step = distances[nearest] ?? 0;
      for (let each = 0; each <= columns; each++) {
        if (isVisited[each]) {
          rowPotentials[rowOf[each] ?? 0] = (rowPotentials[rowOf[each] ?? 0] ?? 0) + step;
          columnPotentials[each] = (columnPotentials[each] ?? 0) - step;
        } else distances[each] = (distances[each] ?? 0) - step;
      }
      column = nearest;
    }
    for (; column !== 0; column = before[column] ?? 0) rowOf[column] = rowOf[before[column] ?? 0] ?? 0;
  }
  const columnOf = new Int32Array(rows);
  for (let column = 1; column <= columns; column++) {
    const row = rowOf[column] ?? 0;
    if (row > 0) columnOf[row - 1] = column - 1;
  }
  return columnOf;
}

/** A cost above all others, small enough that sums of it remain exact. */
const infinite = 1e12;
