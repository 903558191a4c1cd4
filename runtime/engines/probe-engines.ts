import { EngineFailure, EngineUnavailable } from "./engine-errors.ts";
import { oneNodeGraph } from "./one-node-graph.ts";
import { type EngineName, type OpenEngineOptions, buildOptions, engineNames, engines } from "./open-engine.ts";

/** The report of `mtl doctor` about an engine. */
export type EngineProbe =
  | {
      readonly engine: EngineName;
      readonly available: true;
      readonly version: string;
      readonly notes: readonly string[];
    }
  | { readonly engine: EngineName; readonly available: false; readonly reason: string; readonly help: string };

/** Tries every engine on a graph of one node, in the order of the table: one that is called available has run. */
export async function probeEngines(
  options: Pick<OpenEngineOptions, "threads" | "importModule"> = {},
): Promise<readonly EngineProbe[]> {
  const probes: EngineProbe[] = [];
  for (const name of engineNames) probes.push(await probe(name, options));
  return probes;
}

async function probe(name: EngineName, options: OpenEngineOptions): Promise<EngineProbe> {
  try {
    const { engine, version, notes } = await engines[name].open(buildOptions(options));
    try {
      const executable = await engine.load(oneNodeGraph());
      await executable.run(new Map());
      return { engine: name, available: true, version, notes };
    } finally {
      await engine.dispose();
    }
  } catch (error) {
    if (error instanceof EngineUnavailable)
      return { engine: name, available: false, reason: error.reason, help: error.help ?? "" };
    if (error instanceof EngineFailure)
      return { engine: name, available: false, reason: error.message, help: "Choose another engine, and report this." };
    throw error;
  }
}
