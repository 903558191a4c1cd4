let files: ReadonlyMap<string, Uint8Array> = new Map();

/** Keeps the files that a training reads, so that its results can show them. */
export function keepTrainedFiles(read: ReadonlyMap<string, Uint8Array>): void {
  files = read;
}

/** A file that the last training read, by its path in the specification or from its table. */
export function trainedFile(path: string): Uint8Array | undefined {
  return files.get(path) ?? [...files].find(([each]) => each.endsWith(`/${path}`))?.[1];
}
