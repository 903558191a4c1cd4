import type { DataProblem } from "./data.ts";

/** Problems of a data set, each place once: several tasks may stumble over one cell. */
export class ProblemLog {
  readonly #problems = new Map<string, DataProblem>();

  add(problem: DataProblem): void {
    const place = JSON.stringify([problem.file, problem.row, problem.column]);
    if (!this.#problems.has(place)) this.#problems.set(place, problem);
  }

  /** In order of files as they were met, then of rows. */
  list(): readonly DataProblem[] {
    const files = [...new Set([...this.#problems.values()].map(({ file }) => file))];
    return [...this.#problems.values()].sort((one, other) => files.indexOf(one.file) - files.indexOf(other.file) || one.row - other.row);
  }
}

/** `animals.csv:7: column "photo": "7.png" does not exist`. */
export function problemText({ column, reason, ...place }: DataProblem): string {
  return `${placeText(place)}: ${column === undefined || place.path !== undefined ? "" : `column "${column}": `}${reason}`;
}

/** `animals.csv:7`; in a folder of classes `photos/cat/7.png`. */
export function placeText({ file, row, path }: Pick<DataProblem, "file" | "row" | "path">): string {
  return path ?? `${file}:${row}`;
}
