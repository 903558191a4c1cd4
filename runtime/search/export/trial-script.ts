import { pythonValue, unitsOf } from "./python-values.ts";
import type { Space } from "../space.ts";

/** The facts of a search that its Python script has. */
export interface SearchScript {
  readonly model: string;
  /** Paths relative to the script's folder, with `/`. */
  readonly specification: string;
  readonly runs: string;
  readonly data: string | null;
  readonly space: Space;
  readonly set: Readonly<Record<string, string>>;
  readonly trials: number;
  readonly seed: number;
  readonly factor: number;
  readonly first: number;
  readonly points: number;
  readonly steps: number | null;
  readonly method: "random" | "grid" | "halving";
  /** The last stage, and the measures whose mean is the score: none where it is the run's own score. */
  readonly stage: string;
  readonly measures: readonly (readonly [task: string, name: string])[];
  readonly sign: 1 | -1;
}

/** The settings of a script, and its function that trains one trial: the same for every library that searches. */
export function trialScript(script: SearchScript): string {
  const { specification, runs, data, set, stage, measures, sign, space, trials, seed, steps } = script;
  return `HERE = Path(__file__).resolve().parent
# The command of mtl. In a clone: MTL="node dist/cli/main.js".
MTL = shlex.split(os.environ.get("MTL", "mtl"))
SPECIFICATION = HERE / ${pythonValue(specification)}
RUNS = HERE / ${pythonValue(runs)}
# Values of params and options that all trials have, and further options of \`mtl train\`.
SET = ${pythonValue(set)}
OPTIONS = [${[
    ...(steps === null ? [] : [pythonValue("--steps"), pythonValue(String(steps))]),
    ...(data === null ? [] : [pythonValue("--data"), `str(HERE / ${pythonValue(data)})`]),
  ].join(", ")}]
TRIALS = ${trials}
SEED = ${seed}
# A score is the mean of these measures in the validations of this stage, or the run's own score if there are none.
STAGE = ${pythonValue(stage)}
MEASURES = ${pythonValue(measures)}
SIGN = ${sign}
UNITS = ${pythonValue(unitsOf(space))}


def text_of(name, value):
    """The value as \`mtl train --set\` takes it."""
    number = f"{value:.4g}" if isinstance(value, float) else str(value)
    return number + UNITS.get(name, "")


def scores_of(run):
    """The score of each validation of the last stage that the log of a run has so far."""
    validations = {}
    log = run / "metrics.jsonl"
    for line in log.read_text().splitlines() if log.exists() else []:
        try:
            event = json.loads(line)
        except ValueError:
            break  # The last line is still being written.
        stage = event["stage"]
        if event["split"] != "validation" or event["epoch"] is None or stage.split(".")[0] != STAGE:
            continue
        values = validations.setdefault((stage, event["step"]), {})
        values[event["task"], event["name"]] = event["value"]
    scores = []
    for values in validations.values():
        wanted = [values.get(tuple(measure)) for measure in MEASURES] or [values.get((None, "score"))]
        known = [value for value in wanted if value is not None]
        if len(known) == len(wanted):
            scores.append(SIGN * sum(known) / len(known))
    return scores


def train(name, values):
    """Trains a run with these values, and yields its best score after each validation. Where the loop over them ends early, the run is saved and ends."""
    command = [*MTL, "train", str(SPECIFICATION), "--runs", str(RUNS), "--name", name, "--json", "--quiet", *OPTIONS]
    for key, value in {**SET, **values}.items():
        command += ["--set", f"{key}={value if key in SET and key not in values else text_of(key, value)}"]
    before = set(RUNS.glob(f"{name}-*"))
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    seen = 0
    try:
        while True:
            has_ended = running.poll() is not None
            for run in set(RUNS.glob(f"{name}-*")) - before:
                scores = scores_of(run)
                for count in range(seen + 1, len(scores) + 1):
                    yield max(scores[:count])
                seen = max(seen, len(scores))
            if has_ended:
                break
            time.sleep(0.5)
        if running.returncode != 0:
            raise subprocess.CalledProcessError(running.returncode, command)
    finally:
        if running.poll() is None:
            running.terminate()
            running.wait()`;
}
