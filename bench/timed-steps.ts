import type { Steps } from "./candidate.ts";

/** Runs `step`, which returns its loss, `count` times. */
export async function timedSteps(count: number, step: () => Promise<number>): Promise<Steps> {
  let loss = Number.NaN;
  const [start, used] = [performance.now(), process.cpuUsage()];
  for (let each = 0; each < count; each++) loss = await step();
  const { user, system } = process.cpuUsage(used);
  return { milliseconds: performance.now() - start, processor: (user + system) / 1000, loss };
}
