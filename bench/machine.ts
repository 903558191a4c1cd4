import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from "node:os";

/** Describes the machine as far as measurements depend on it, without anything that identifies it. */
export function describeMachine(): string {
  const [cpu] = cpus();
  const gigabytes = (totalmem() / 2 ** 30).toFixed(0);
  const [load = 0] = loadavg();
  const processor = `${cpu?.model.trim() || "an unnamed processor"}, ${availableParallelism()} cores, ${gigabytes} GiB`;
  // By default PyTorch's threads spin while they wait, which on a busy machine may block them for good. Ours do not.
  const waiting =
    process.env["OMP_WAIT_POLICY"] === undefined ? "" : `, OMP_WAIT_POLICY=${process.env["OMP_WAIT_POLICY"]}`;
  return `${processor}${waiting}, ${platform()} ${arch()}, Node ${process.versions.node}, onnxruntime-node ${versionOf("onnxruntime-node")}; load average at the start ${load.toFixed(1)}${load > availableParallelism() ? ", more than there are cores: other work disturbed the figures" : ""}`;
}

function versionOf(name: string): string {
  try {
    const path = createRequire(import.meta.url).resolve(`${name}/package.json`);
    return (JSON.parse(readFileSync(path, "utf8")) as { readonly version: string }).version;
  } catch {
    return "(not installed)";
  }
}
