import { readFileSync } from "node:fs";
import { openEngine } from "../runtime/engines/open-engine.ts";
import { graphCandidate } from "./graph-candidate.ts";
import type { Size } from "./size.ts";

/** `memory-of-step.js SIZE`, a process of its own: bytes resident before anything was compiled, and at most after a few steps, as a line of JSON. */
const size = JSON.parse(process.argv[2] ?? "") as Size;
const engine = await openEngine({ engine: "onnx:native", threads: 1 });
const idle = resident("VmRSS");
const candidate = await graphCandidate("ours", size, engine);
await candidate.steps(4);
console.log(JSON.stringify({ idle, peak: resident("VmHWM") }));

/** The memory of this process as Linux counts it, in bytes. The number that `getrusage` calls the largest size can be that of the process that started this one. */
function resident(field: "VmRSS" | "VmHWM"): number {
  const status = readFileSync("/proc/self/status", "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "mu").exec(status)?.[1]) * 1024;
}
