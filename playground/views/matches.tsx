import { useEffect, useState } from "preact/hooks";
import type { ResolvedSpecification, ResolvedTask } from "../../compiler/schema/resolved.ts";
import type { RawExample } from "../../runtime/data/data.ts";
import type { RankedCandidate } from "../../runtime/retrieval/ranked-candidate.ts";
import { pathFrom } from "../state/project.ts";
import { currentTraining } from "../training/controller.ts";
import { trained } from "../training/training-state.ts";
import { pictureOf } from "./values/picture-of.ts";
import { shortened } from "./values/in-words.ts";

interface Settings {
  readonly specification: Pick<ResolvedSpecification, "tasks" | "datasets">;
  readonly example: RawExample;
}

/** Milliseconds after the last change until the rows are ranked. */
const pause = 250;
const top = 8;

/** The rows of the data that go best with a value, where the other one of a pair is not given: the drawings of a name. */
export function Matches({ specification: { tasks, datasets }, example }: Settings) {
  const possible = Object.values(tasks).flatMap((task) => queryOf(task, example) ?? []);
  const [chosen, choose] = useState("");
  const asked = possible.find(({ task }) => task === chosen) ?? possible[0];
  const dataset = Object.values(datasets).find((each) => asked && each.tasks.includes(asked.task));
  const written = dataset && (typeof dataset.path === "string" ? dataset.path : Object.values(dataset.path)[0]);
  const table = written === undefined ? undefined : pathFrom(trained.value?.state.name ?? "", written);
  const [ranked, setRanked] = useState<readonly RankedCandidate[]>([]);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    setRanked([]);
    setProblem("");
    if (!asked || table === undefined) return undefined;
    let isLatest = true;
    const { task, query } = asked;
    const timer = setTimeout(() => {
      currentTraining()
        ?.rank({ [query]: example[query] }, { task, query, table, top })
        .then((found) => isLatest && setRanked(found))
        .catch((error: unknown) => isLatest && setProblem(error instanceof Error ? error.message : String(error)));
    }, pause);
    return () => {
      isLatest = false;
      clearTimeout(timer);
    };
  }, [example, asked?.task, asked?.query, table]);
  if (!asked) return undefined;
  const column = dataset?.columns[asked.candidate];
  return (
    <section class="prediction" aria-label={`Rows of the data that go best with ${asked.query}`}>
      <h2>
        {asked.candidate} of the data that go best with the {asked.query}
      </h2>
      {possible.length > 1 ? (
        <select
          aria-label="Task that ranks"
          value={asked.task}
          onChange={({ currentTarget }) => choose(currentTarget.value)}
        >
          {possible.map(({ task }) => (
            <option key={task}>{task}</option>
          ))}
        </select>
      ) : undefined}
      {problem === "" ? undefined : <p class="problem">{problem}</p>}
      {ranked.length === 0 && problem === "" ? <p class="note">Ranking …</p> : undefined}
      <ol class="candidates">
        {ranked.map(({ rank, score, candidate: { columns } }) => (
          <li key={rank}>
            <Cell value={columns[typeof column === "string" ? column : asked.candidate]} name={`Number ${rank}`} />
            <small>{Number(score.toPrecision(3))}</small>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Cell({ value, name }: { readonly value: unknown; readonly name: string }) {
  const picture = pictureOf(value);
  return picture === undefined ? <span>{shortened(String(value))}</span> : <img src={picture} alt={name} />;
}

interface Asked {
  readonly task: string;
  readonly query: string;
  readonly candidate: string;
}

/** The modality of a pair that an example has, if it lacks the other one. */
function queryOf({ name, target }: ResolvedTask, example: RawExample): Asked | undefined {
  if (target.kind !== "contrastive") return undefined;
  const has = (modality: string): boolean => example[modality] !== undefined;
  const { first, second } = target;
  if (has(first) === has(second)) return undefined;
  return { task: name, query: has(first) ? first : second, candidate: has(first) ? second : first };
}
