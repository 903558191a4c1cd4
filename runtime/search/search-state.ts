import { searchFile, type SearchFile } from "./search-file.ts";
import type { Trial } from "./trial.ts";

/** The file of a search while it runs. Every change is written before what follows from it is waited for. */
export class SearchState {
  readonly path: string;
  #file: SearchFile;
  #written: Promise<void> = Promise.resolve();

  constructor(path: string, file: SearchFile) {
    this.path = path;
    this.#file = file;
  }

  get file(): SearchFile {
    return this.#file;
  }

  get trials(): readonly Trial[] {
    return this.#file.trials;
  }

  trial(number: number): Trial {
    const found = this.trials.find((trial) => trial.number === number);
    if (!found) throw new Error(`there is no trial ${number}`);
    return found;
  }

  /** Changes a trial. The promise resolves when the file is written. */
  change(number: number, change: Partial<Trial>): Promise<void> {
    return this.write({
      ...this.#file,
      trials: this.trials.map((trial) => (trial.number === number ? { ...trial, ...change } : trial)),
    });
  }

  write(file: SearchFile): Promise<void> {
    this.#file = file;
    this.#written = this.#written.then(() => searchFile.write(this.path, file));
    return this.#written;
  }
}
