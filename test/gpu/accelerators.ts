import type { Engine } from "../../runtime/engines/engine.ts";
import { type EngineName, engineNames, openEngine } from "../../runtime/engines/open-engine.ts";
import { PageEngine } from "./page-engine.ts";

/** An engine that may be on this machine. `open` throws `EngineUnavailable` if it is not. */
export interface Candidate {
  readonly name: string;
  open(): Promise<{ readonly engine: Engine; readonly device?: string }>;
}

const ofMtl = (name: EngineName): Candidate => ({
  name,
  open: async () => ({ engine: await openEngine({ engine: name }) }),
});

const inPage = (name: string, graphics: "gpu" | "swiftshader"): Candidate => ({
  name,
  open: async () => {
    const engine = await PageEngine.open(graphics);
    return { engine, device: engine.adapter };
  },
});

/** The engines that compute on a graphics processor. */
export const accelerators: readonly Candidate[] = [
  ofMtl("tfjs:node-gpu"),
  ofMtl("onnx:cuda"),
  ofMtl("onnx:directml"),
  inPage("webgpu", "gpu"),
];

/** All engines, by which the checks themselves can be tried on a machine without a graphics processor. */
export const candidates: readonly Candidate[] = [
  ...accelerators,
  ...engineNames.filter((name) => accelerators.every((each) => each.name !== name)).map(ofMtl),
  inPage("webgpu:swiftshader", "swiftshader"),
];
