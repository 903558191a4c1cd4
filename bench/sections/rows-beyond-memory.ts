import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { OpenedTable } from "../rows-beyond-memory.ts";
import type { Section } from "../section.ts";
import { digits, table } from "../table.ts";

const gigabytes = [0.25, 1, 5];

export const rowsBeyondMemory: Section = {
  name: "rows",
  title: "Rows beyond memory",
  measured: "once",
  run: async ({ note }) => {
    const rows: string[][] = [];
    for (const size of gigabytes) {
      note(`${size} GB`);
      rows.push(cellsOf(size, await opened(size)));
    }
    return `A JSON Lines table with rows of about a kilobyte (a signal of 64 numbers, two more numbers, one of a million names, and a class), whose data set declares \`memory: 200MB\`. Opening it reads it once, counts names, computes
statistics, and checks and encodes each row. Batches of 32 rows are then read in the order of an epoch, with \`window: 20000\` and without. Each size is measured in its own process, in the system's folder for temporary files. The peak
includes the JavaScript engine and its garbage.

${table(["table", "training rows", "seconds to open", "megabytes above idle", "rows a second in windows", "rows a second at random"], rows)}`;
  },
};

async function opened(size: number): Promise<OpenedTable> {
  const script = fileURLToPath(new URL("../rows-beyond-memory.js", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, String(size), tmpdir()]);
  return JSON.parse(stdout) as OpenedTable;
}

function cellsOf(size: number, { rows, seconds, idle, peak, windowed, shuffled }: OpenedTable): string[] {
  return [
    `${size} GB`,
    String(rows),
    digits(seconds),
    digits((peak - idle) / 2 ** 20),
    digits(windowed),
    digits(shuffled),
  ];
}
