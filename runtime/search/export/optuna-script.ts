import type { Dimension } from "../space.ts";
import { pythonSpace, pythonValue } from "./python-values.ts";
import { type SearchScript, trialScript } from "./trial-script.ts";

/** A search by Optuna: its sampler (TPE) chooses values by the scores of earlier trials, and its pruner ends trials early. */
export function optunaScript(script: SearchScript): string {
  const { model, space, method, first, factor } = script;
  const pruner =
    method === "halving"
      ? `optuna.pruners.SuccessiveHalvingPruner(min_resource=${first}, reduction_factor=${factor})`
      : "optuna.pruners.NopPruner()";
  return `"""A search over ${model} by Optuna: pip install optuna, then python this file.

Each trial is \`mtl train\` in a process of its own, and a run like any other. Run this file again to continue, or
several times at once to train several trials at a time.
"""

import json
import os
import shlex
import subprocess
import time
from pathlib import Path

import optuna

${trialScript(script)}


def values_of(trial):
    return {
${pythonSpace(space, suggestion).replaceAll(/^/gmu, "    ")}
    }


def objective(trial):
    best = None
    try:
        scores = train(f"trial{trial.number}", values_of(trial))
        for validation, best in enumerate(scores, start=1):
            trial.report(best, validation)
            if trial.should_prune():
                scores.close()
                raise optuna.TrialPruned()
    except subprocess.CalledProcessError as error:
        # 3: the specification has errors with these values; 6: the loss is not finite.
        if error.returncode in (3, 6):
            raise optuna.TrialPruned() from error
        raise
    if best is None:
        raise optuna.TrialPruned()
    return best


if __name__ == "__main__":
    RUNS.mkdir(parents=True, exist_ok=True)
    study = optuna.create_study(
        study_name=${pythonValue(model)},
        storage=f"sqlite:///{RUNS}/${model}-optuna.db",
        load_if_exists=True,
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=SEED),
        pruner=${pruner},
    )
    study.optimize(objective, n_trials=max(0, TRIALS - len(study.trials)))
    for trial in sorted(study.trials, key=lambda trial: -(float("-inf") if trial.value is None else trial.value)):
        value = "" if trial.value is None else f"{SIGN * trial.value:.4f}"
        print(f"trial{trial.number:<4} {value:>8}  {trial.state.name.lower():8}  {trial.params}")
    best = study.best_trial
    print(f"The best is {RUNS}/trial{best.number}-0001, with {SIGN * best.value:.4f}: {best.params}")
`;
}

function suggestion({ name, values }: Dimension): string {
  const key = pythonValue(name);
  if (values.kind === "choices") return `trial.suggest_categorical(${key}, ${pythonValue(values.values)})`;
  const { numbers, low, high, scale } = values;
  const suggest = numbers === "whole" ? "suggest_int" : "suggest_float";
  return `trial.${suggest}(${key}, ${low}, ${high}${scale === "log" ? ", log=True" : ""})`;
}
