import { NotInstalled } from "./candidate.ts";
import { describeMachine } from "./machine.ts";
import { writePage } from "./page.ts";
import { PyTorch } from "./pytorch.ts";
import type { Section } from "./section.ts";
import { assignment } from "./sections/assignment.ts";
import { asynchronous } from "./sections/asynchronous.ts";
import { costOfBalances } from "./sections/balances.ts";
import { browser } from "./sections/browser.ts";
import { compileTime } from "./sections/compile-time.ts";
import { decoding } from "./sections/decoding.ts";
import { editor } from "./sections/editor.ts";
import { frozenPrefix } from "./sections/frozen-prefix.ts";
import { growth } from "./sections/growth.ts";
import { keystrokes } from "./sections/keystrokes.ts";
import { lengthBuckets } from "./sections/length-buckets.ts";
import { operators } from "./sections/operators.ts";
import { peakMemory } from "./sections/peak-memory.ts";
import { prediction } from "./sections/prediction.ts";
import { pytorchHeads } from "./sections/pytorch-heads.ts";
import { pytorchSteps } from "./sections/pytorch-steps.ts";
import { rowsBeyondMemory } from "./sections/rows-beyond-memory.ts";
import { sampling } from "./sections/sampling.ts";
import { served } from "./sections/served.ts";
import { serving } from "./sections/serving.ts";
import { sharedPasses } from "./sections/shared-passes.ts";
import { start } from "./sections/start.ts";
import { tfjsSteps } from "./sections/tfjs-steps.ts";
import { twoThreads } from "./sections/two-threads.ts";

const sections: readonly Section[] = [
  pytorchSteps,
  pytorchHeads,
  prediction,
  decoding,
  tfjsSteps,
  operators,
  twoThreads,
  asynchronous,
  compileTime,
  start,
  keystrokes,
  editor,
  peakMemory,
  growth,
  frozenPrefix,
  sampling,
  lengthBuckets,
  sharedPasses,
  costOfBalances,
  assignment,
  rowsBeyondMemory,
  serving,
  served,
  browser,
];

/** `main.js [SECTION…] [--repetitions N]` measures the sections, or all, and writes the page. */
async function main(words: readonly string[]): Promise<void> {
  const option = words.indexOf("--repetitions");
  const repetitions = option < 0 ? 15 : Number(words[option + 1]);
  const wanted = words.filter((_, index) => option < 0 || (index !== option && index !== option + 1));
  const unknown = wanted.filter((name) => !sections.some((section) => section.name === name));
  if (unknown.length > 0 || !(repetitions >= 1))
    throw new Error(`usage: bench [${sections.map(({ name }) => name).join("] [")}] [--repetitions N]`);

  const machine = describeMachine();
  const note = (text: string): void => console.error(`  ${text}`);
  let started: Promise<PyTorch> | undefined;
  const pytorch = () => (started ??= PyTorch.start());
  const texts = new Map<string, string>();
  for (const section of sections.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    console.error(section.title);
    try {
      const text = await section.run({ repetitions, pytorch, note });
      const how = section.measured === "once" ? "Measured once" : `Medians of ${repetitions} repetitions`;
      texts.set(section.name, `${text}\n\n${how} on ${machine}.`);
      writePage(sections, texts);
    } catch (error) {
      if (!(error instanceof NotInstalled)) throw error;
      console.error(`  skipped: ${error.message}`);
    }
  }
  (await started?.catch(() => undefined))?.stop();
}

await main(process.argv.slice(2));
