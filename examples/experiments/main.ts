import { join } from "node:path";
import { argv, exit, stderr, stdout } from "node:process";
import { parseArgs } from "node:util";
import { packageRoot } from "../../compiler/host.ts";
import { NotTrained, type Settings, trainSeeds } from "./experiment.ts";
import { experiments } from "./index.ts";
import { writePlot } from "./plot.ts";
import { writeSection } from "./table.ts";
import { type Train, trainedOnce } from "./trained-once.ts";
import { trainVariant } from "./variant.ts";

// Trains an experiment's variants, one after the other on one thread, and writes what came out into the README of the experiments.

const usage = `npm run experiment -- NAME [--seeds 3] [--set SETTING=NUMBER …] [--finished]

Trains what has not been trained yet, and writes tables and pictures into examples/experiments.
With --finished nothing is trained: they are made of the seeds that are there whole.
`;

function listed(): string {
  const lines = Object.entries(experiments).map(([name, { summary, settings }]) => `  ${name}  ${summary}\n    settings: ${Object.entries(settings).map(([key, value]) => `${key}=${value}`).join(", ") || "none"}`);
  return `${usage}\n${lines.join("\n")}\n`;
}

function settingsOf(given: readonly string[], known: Settings): Settings {
  return Object.fromEntries(
    given.map((text) => {
      const [key = "", value = ""] = text.split("=");
      if (!(key in known) || value === "" || Number.isNaN(Number(value))) throw new Error(`--set ${text}: settings are ${Object.keys(known).join(", ")}, and their values numbers`);
      return [key, Number(value)] as const;
    }),
  );
}

const { values: options, positionals: [name] } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: { seeds: { type: "string" }, set: { type: "string", multiple: true, default: [] }, finished: { type: "boolean", default: false } },
});
const chosen = name === undefined ? undefined : experiments[name];
if (name === undefined || !chosen) {
  (name === undefined ? stdout : stderr).write(name === undefined ? listed() : `There is no experiment "${name}".\n\n${listed()}`);
  exit(name === undefined ? 0 : 2);
}

const folder = join(packageRoot(), "runs", "experiments", name);
const tell = async (variant: Parameters<Train>[0]): ReturnType<Train> => {
  if (options.finished) throw new NotTrained();
  stdout.write(`seed ${variant.seed}, ${variant.name} …\n`);
  const outcome = await trainVariant(variant, folder);
  stdout.write(`  ${Math.round(outcome.seconds)} s: ${outcome.results.filter(({ split }) => split === "test").map(({ task, name: metric, value }) => `${task} ${metric} ${value.toFixed(3)}`).join(", ")}\n`);
  return outcome;
};
const settings = settingsOf(options.set, chosen.settings);
const asked = chosen.with(settings);
const trained = await trainSeeds(asked, { seeds: options.seeds === undefined ? chosen.seeds : Number(options.seeds), settings, train: trainedOnce(folder, tell) });
if (trained.seeds === 0) throw new Error("No seed is trained whole.");
await writeSection(name, await asked.page({ ...trained, settings, plot: (picture, chart) => writePlot(name, picture, chart) }));
