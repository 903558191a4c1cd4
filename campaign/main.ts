import { campaigns } from "./campaigns.ts";

/** `main.js NAME [TRIALS] [--seed N]`. The exit code is 1 if a promise was broken. */
async function main(words: readonly string[]): Promise<number> {
  const option = words.indexOf("--seed");
  const seed = option < 0 ? 1 : Number(words[option + 1]);
  const [name, trialsText = "1000"] = words.filter(
    (_, index) => option < 0 || (index !== option && index !== option + 1),
  );
  const campaign = campaigns.find((each) => each.name === name);
  const trials = Number(trialsText);
  if (!campaign || !Number.isSafeInteger(trials) || trials < 1 || !Number.isSafeInteger(seed)) {
    console.error(
      `usage: npm run campaign -- NAME [TRIALS] [--seed N]\n${campaigns.map(({ name: known, promise }) => `  ${known}: ${promise}\n`).join("")}`,
    );
    return 2;
  }
  const { failures, counts } = await campaign.run({ trials, seed, note: (text) => console.error(`  ${text}`) });
  for (const failure of failures) console.log(failure);
  console.log(
    `${name}: ${trials} trials of seed ${seed}; ${Object.entries(counts)
      .map(([outcome, count]) => `${count} ${outcome}`)
      .join(", ")}; ${failures.length} failures`,
  );
  return failures.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
