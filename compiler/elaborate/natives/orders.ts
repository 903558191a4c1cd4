/** The most orders that a graph compares. */
export const mostOrders = 20_000;

/** Every way to give each row a column of its own, one row of `table` [count × (rows · columns)] each. */
export interface Orders {
  readonly count: number;
  readonly table: Float32Array;
}

const known = new Map<string, Orders>();

/** All orders, the lowest columns first; undefined if there are more than `mostOrders`. */
export function ordersOf(rows: number, columns: number): Orders | undefined {
  const count = countOf(rows, columns);
  if (count > mostOrders) return undefined;
  const key = `${rows} ${columns}`;
  const orders = known.get(key) ?? { count, table: tableOf(rows, columns, count) };
  known.set(key, orders);
  return orders;
}

function countOf(rows: number, columns: number): number {
  let count = 1;
  for (let row = 0; row < rows && count <= mostOrders; row++) count *= columns - row;
  return count;
}

function tableOf(rows: number, columns: number, count: number): Float32Array {
  const table = new Float32Array(count * rows * columns);
  let order = 0;
  const chosen: number[] = [];
  const choose = (): void => {
    if (chosen.length === rows) {
      for (const [row, column] of chosen.entries()) table[(order * rows + row) * columns + column] = 1;
      order += 1;
      return;
    }
    for (let column = 0; column < columns; column++) {
      if (chosen.includes(column)) continue;
      chosen.push(column);
      choose();
      chosen.pop();
    }
  };
  choose();
  return table;
}
