import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Fault, armed } from "./fault.ts";

/** `trainee.js FOLDER FAULT` trains the specification in a folder, or resumes its run, until the fault kills it. */
const [folder = ".", fault = '{"at":"never"}'] = process.argv.slice(2);
process.chdir(folder);
const passed = armed(JSON.parse(fault) as Fault);
const { resume, train } = await import("../../runtime/index.ts");
const runs = (): readonly string[] =>
  readdirSync(".").includes("runs")
    ? readdirSync("runs").filter((name) => readdirSync(join("runs", name)).includes("run.lock.json"))
    : [];
const [begun] = runs();
const settings = { engine: "onnx", threads: 1 } as const;
await (begun === undefined
  ? train({ specification: "model.mtl", ...settings })
  : resume(join("runs", begun), settings));
process.stdout.write(JSON.stringify({ run: runs()[0], ...passed() }));
