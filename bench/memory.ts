import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { PyTorch } from "./pytorch.ts";
import type { Size } from "./size.ts";

export interface Memory {
  /** Bytes resident after the libraries were loaded. */
  readonly idle: number;
  readonly peak: number;
}

/** The memory of our step, including the garbage that compilation leaves. */
export async function ourMemory(size: Size): Promise<Memory> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    fileURLToPath(new URL("memory-of-step.js", import.meta.url)),
    JSON.stringify(size),
  ]);
  return JSON.parse(stdout) as Memory;
}

export async function pytorchMemory(size: Size): Promise<Memory> {
  const torch = await PyTorch.start();
  const candidate = await torch.candidate("eager", size, 1);
  await candidate.steps(4);
  const memory = await torch.memory();
  torch.stop();
  return memory;
}

/** The peak in megabytes above idle. */
export function above({ idle, peak }: Memory): number {
  return (peak - idle) / 2 ** 20;
}
