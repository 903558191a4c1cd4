import type { Dimension } from "../space.ts";
import { pointsOf } from "../methods/grid.ts";
import { pythonSpace, pythonValue } from "./python-values.ts";
import { type SearchScript, trialScript } from "./trial-script.ts";

/** A search by Ray Tune, on one machine or on a cluster whose machines share the folder of the runs. */
export function rayScript(script: SearchScript): string {
  const { model, space, method, first, factor, points } = script;
  const isGrid = method === "grid";
  const scheduler =
    method === "halving"
      ? `ASHAScheduler(time_attr="validation", grace_period=${first}, reduction_factor=${factor}, max_t=1000)`
      : "FIFOScheduler()";
  return `"""A search over ${model} by Ray Tune: pip install "ray[tune]", then python this file.

Each trial is \`mtl train\` in a process of its own, and a run like any other. On a cluster, the folder of the
specification, its data and its runs is on a file system that all machines share, and each has mtl.
"""

import json
import os
import shlex
import subprocess
import time
from pathlib import Path

from ray import tune
from ray.tune.schedulers import ${method === "halving" ? "ASHAScheduler" : "FIFOScheduler"}
from ray.tune.search.basic_variant import BasicVariantGenerator

${trialScript(script)}

# Processor cores of a trial.
CPUS = int(os.environ.get("CPUS", "1"))
OPTIONS += ["--threads", str(CPUS)]
SPACE = {
${pythonSpace(space, (dimension) => (isGrid ? gridOf(dimension, points) : domainOf(dimension)))}
}


def trainable(config):
    name = f"trial-{tune.get_context().get_trial_id()}"
    try:
        for validation, score in enumerate(train(name, config), start=1):
            tune.report({"score": score, "validation": validation, "name": name})
    except subprocess.CalledProcessError as error:
        # 3: the specification has errors with these values; 6: the loss is not finite.
        if error.returncode not in (3, 6):
            raise
        tune.report({"score": float("-inf"), "validation": 0, "name": name})


if __name__ == "__main__":
    RUNS.mkdir(parents=True, exist_ok=True)
    tuner = tune.Tuner(
        tune.with_resources(trainable, {"cpu": CPUS}),
        param_space=SPACE,
        tune_config=tune.TuneConfig(
            metric="score",
            mode="max",
            num_samples=${isGrid ? 1 : "TRIALS"},
            search_alg=BasicVariantGenerator(random_state=SEED),
            scheduler=${scheduler},
        ),
    )
    results = tuner.fit()
    # \`scope\`: the best score of all reports, as the run keeps its best checkpoint.
    best = results.get_best_result(scope="all")
    print(f"The best is {RUNS}/{best.metrics['name']}-0001, with {SIGN * best.metrics['score']:.4f}: {best.config}")
`;
}

function domainOf({ values }: Dimension): string {
  if (values.kind === "choices") return `tune.choice(${pythonValue(values.values)})`;
  const { numbers, low, high, scale } = values;
  // The upper end of whole numbers is not included.
  if (numbers === "whole") return `tune.${scale === "log" ? "lograndint" : "randint"}(${low}, ${high + 1})`;
  return `tune.${scale === "log" ? "loguniform" : "uniform"}(${low}, ${high})`;
}

function gridOf(dimension: Dimension, points: number): string {
  const { values } = dimension;
  if (values.kind === "choices") return `tune.grid_search(${pythonValue(values.values)})`;
  return `tune.grid_search([${pointsOf(dimension, points)
    .map((value) => Number.parseFloat(value))
    .join(", ")}])`;
}
