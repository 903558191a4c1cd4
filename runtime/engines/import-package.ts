import { process } from "../host/machine.ts";
import { EngineUnavailable, PackageNotInstalled, messageOf } from "./engine-errors.ts";

/** `import()`, but for tests. */
export type ImportModule = (specifier: string) => Promise<unknown>;

export interface PackageRequest {
  /** The engine that needs the package. */
  readonly engine: string;
  readonly specifier: string;
  /** The way to get it. */
  readonly help: string;
  readonly importModule: ImportModule;
}

/** Imports a package. Throws `EngineUnavailable`, with the reason, if it cannot be imported. */
export async function importPackage<Module>({
  engine,
  specifier,
  help,
  importModule,
}: PackageRequest): Promise<Module> {
  try {
    return (await importModule(specifier)) as Module;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ERR_MODULE_NOT_FOUND") throw new PackageNotInstalled(engine, specifier, help, { cause: error });
    throw new EngineUnavailable(engine, reasonOf(error, code, specifier), help, { cause: error });
  }
}

function reasonOf(error: unknown, code: unknown, specifier: string): string {
  const platform = `${process.platform} ${process.arch}`;
  // The binding of onnxruntime-node is a `require` of a file per platform.
  if (code === "MODULE_NOT_FOUND") return `the package ${specifier} has no binary for ${platform}`;
  const [firstLine = ""] = messageOf(error).split("\n");
  return `the package ${specifier} does not load on ${platform} (${firstLine})`;
}
