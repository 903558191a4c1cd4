import { cpSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { starterSpecification } from "../../cli/starter/specification.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";

export interface SmallExample {
  /** The name of the file. */
  readonly name: string;
  readonly path: string;
}

/**
 * Writes the examples and the specification that `mtl init` writes into a folder, with batches of two rows, because
 * engines are compared with them and not models.
 */
export function smallExamples(folder: string): readonly SmallExample[] {
  cpSync(join(packageRoot(), "examples"), folder, {
    recursive: true,
    filter: (path) => basename(path) === "examples" || path.endsWith(".mtl"),
  });
  writeFileSync(join(folder, "starter.mtl"), starterSpecification);
  return readdirSync(folder).map((name) => {
    const path = join(folder, name);
    writeFileSync(path, readFileSync(path, "utf8").replaceAll(/\bbatch: \d+/g, "batch: 2"));
    return { name, path };
  });
}
