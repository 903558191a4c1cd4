import { preludeScope } from "../../../compiler/bind/bind.ts";

/** Reads the standard library, a block at a time, so that the first completion need not wait for it. */
export function* readStandardLibrary(): Generator<void> {
  const { symbols } = preludeScope();
  for (const name of symbols.keys()) {
    symbols.get(name);
    yield;
  }
}
