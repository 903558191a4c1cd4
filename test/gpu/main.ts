import { accelerators, candidates } from "./accelerators.ts";
import { checkAccelerators } from "./check-accelerators.ts";
import { wholeExtent } from "./checks.ts";

/** `main.js [ENGINE…]` checks the accelerated engines that are found, or the named ones, and prints a table. It fails if one of them fails a check. */
async function main(names: readonly string[]): Promise<void> {
  // Products in TensorFloat-32 would have three digits. CUDA reads this variable when it is loaded.
  process.env["NVIDIA_TF32_OVERRIDE"] ??= "0";
  const unknown = names.filter((name) => candidates.every((each) => each.name !== name));
  if (unknown.length > 0) throw new Error(`usage: test:gpu [${candidates.map(({ name }) => name).join("] [")}]`);
  const chosen = names.length === 0 ? accelerators : candidates.filter(({ name }) => names.includes(name));
  const { text, found, failures } = await checkAccelerators(chosen, wholeExtent, (note) => console.error(note));
  console.log(text);
  if (found === 0) console.log("\nNothing was checked: no accelerated engine was found on this machine.");
  if (failures.length > 0) process.exitCode = 1;
}

await main(process.argv.slice(2));
