import { memoryUsage, resourceUsage } from "node:process";
import { openEngine } from "../runtime/engines/open-engine.ts";
import { graphCandidate } from "./graph-candidate.ts";
import type { Size } from "./size.ts";

/** `memory-of-step.js SIZE`, a process of its own: bytes resident before anything was compiled, and at most after a few steps, as a line of JSON. */
const size = JSON.parse(process.argv[2] ?? "") as Size;
const engine = await openEngine({ engine: "onnx:native", threads: 1 });
const idle = memoryUsage.rss();
const candidate = await graphCandidate("ours", size, engine);
await candidate.steps(4);
console.log(JSON.stringify({ idle, peak: resourceUsage().maxRSS * 1024 }));
