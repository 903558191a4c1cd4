import { basename, join } from "node:path";
import { argv, cwd, env, stderr, stdin, stdout } from "node:process";
import { parseArgs } from "node:util";
import { runCli } from "../../cli/run-cli.ts";
import { packageRoot } from "../../runtime/host/package-root.ts";
import { type Experiment, NotTrained, type Settings, type Take, trainSeeds } from "./experiment.ts";
import { experiments } from "./index.ts";
import { writePlot } from "./plot.ts";
import { writeSection } from "./table.ts";
import { type Train, trainedOnce } from "./trained-once.ts";
import { trainVariant } from "./variant.ts";

// Trains an experiment's variants in sequence on one thread, and writes the results into the README of the experiments.

const usage = `npm run experiment -- NAME [--seeds 3] [--set SETTING=NUMBER …] [--finished]

Trains the variants that have not been trained yet, and writes tables and pictures into examples/experiments.
With --finished it trains nothing, and writes them from the seeds whose trainings are all finished.
`;

function listOf(all: typeof experiments): string {
  const textOf = ([name, { summary, settings }]: readonly [string, Experiment]) =>
    `  ${name}  ${summary}\n    settings: ${
      Object.entries(settings)
        .map(([key, value]) => `${key}=${value}`)
        .join(", ") || "none"
    }\n`;
  return `${usage}\n${Object.entries(all).map(textOf).join("\n")}`;
}

function settingsOf(given: readonly string[], known: Settings): Settings {
  const settings = given.map((text) => {
    const [key = "", value = ""] = text.split("=");
    if (!(key in known) || value === "" || Number.isNaN(Number(value)))
      throw new Error(
        `--set ${text} is not a setting with a number; the settings are ${Object.keys(known).join(", ") || "none"}`,
      );
    return [key, Number(value)] as const;
  });
  return Object.fromEntries(settings);
}

/** Trains in the folder, and prints the progress. */
function trainIn(folder: string): Train {
  return async (variant) => {
    stdout.write(`seed ${variant.seed}, ${variant.name} …\n`);
    const outcome = await trainVariant(variant, folder);
    const test = outcome.results
      .filter(({ split }) => split === "test")
      .map(({ task, name, value }) => `${task} ${name} ${value.toFixed(3)}`);
    stdout.write(`  ${Math.round(outcome.seconds)} s: ${test.join(", ")}\n`);
    return outcome;
  };
}

/** Takes weights by the command line, into a folder beside the runs of the experiment. */
function takeInto(folder: string): Take {
  return async ({ folder: run }, pattern) => {
    const file = `library/${basename(run)}.safetensors`;
    const words = ["weights", run, "--take", pattern, "--out", join(folder, file)];
    if ((await runCli(words, { stdout, stderr, stdin, env, cwd: cwd() })) !== 0)
      throw new Error(`mtl ${words.join(" ")} failed`);
    return file;
  };
}

const trainNothing: Train = () => Promise.reject(new NotTrained());

const {
  values: options,
  positionals: [name],
} = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: {
    seeds: { type: "string" },
    set: { type: "string", multiple: true, default: [] },
    finished: { type: "boolean", default: false },
  },
});

if (name === undefined) stdout.write(listOf(experiments));
else {
  const chosen = experiments[name];
  if (!chosen) throw new Error(`There is no experiment "${name}", only ${Object.keys(experiments).join(", ")}`);
  const folder = join(packageRoot(), "runs", "experiments", name);
  const settings = settingsOf(options.set, chosen.settings);
  const asked = chosen.with(settings);
  const trained = await trainSeeds(asked, {
    seeds: Number(options.seeds ?? chosen.seeds),
    settings,
    train: trainedOnce(folder, options.finished ? trainNothing : trainIn(folder)),
    take: takeInto(folder),
  });
  if (trained.seeds === 0) throw new Error("No seed has all of its trainings finished");
  await writeSection(
    name,
    await asked.page({ ...trained, settings, plot: (picture, chart) => writePlot(name, picture, chart) }),
  );
}
