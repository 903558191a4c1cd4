import { readFileSync } from "node:fs";
import { openEngine } from "../runtime/engines/open-engine.ts";
import { graphCandidate } from "./graph-candidate.ts";
import type { Size } from "./size.ts";

/**
 * `memory-of-step.js SIZE` prints a line of JSON: the bytes resident before compilation, and their peak after a few
 * steps. It is a process of its own.
 */
const size = JSON.parse(process.argv[2] ?? "") as Size;
const engine = await openEngine({ engine: "onnx:native", threads: 1 });
const idle = resident("VmRSS");
const candidate = await graphCandidate("ours", size, engine);
await candidate.steps(4);
console.log(JSON.stringify({ idle, peak: resident("VmHWM") }));

/**
 * The memory of this process in bytes, as Linux reports it. The maximum of `getrusage` can be that of the parent
 * process.
 */
function resident(field: "VmRSS" | "VmHWM"): number {
  const status = readFileSync("/proc/self/status", "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "mu").exec(status)?.[1]) * 1024;
}
