import type { ComponentChildren } from "preact";
import type { ResolvedTask } from "../../compiler/schema/resolved.ts";
import type { RawExample } from "../../runtime/data/data.ts";
import type {
  ChoicePrediction,
  Prediction,
  RankingPrediction,
  TagsPrediction,
} from "../../runtime/targets/prediction.ts";
import { Bars, mostBars } from "./values/bars.tsx";
import { Boxed } from "./values/boxed.tsx";
import { numbers, percent, rounded } from "./values/numbers.ts";
import { pictureOf } from "./values/picture-of.ts";
import { regionsOf } from "./values/regions-of.ts";

interface Settings {
  readonly task: ResolvedTask;
  readonly prediction: Prediction;
  /** What the prediction is of. */
  readonly example: RawExample;
}

/** What a model says of one example, for one task. */
export function PredictionView({ task, prediction, example }: Settings) {
  const { name } = task;
  const view = views[prediction.kind] as (prediction: Prediction, given: Given) => ComponentChildren;
  return (
    <section class="prediction" aria-label={`Prediction of ${name}`}>
      <h2>{name}</h2>
      {view(prediction, { task, example })}
    </section>
  );
}

type Kind = Prediction["kind"];
type Given = Pick<Settings, "task" | "example">;

const views: {
  readonly [Of in Kind]: (prediction: Extract<Prediction, { readonly kind: Of }>, given: Given) => ComponentChildren;
} = {
  category: ({ class: name, probabilities }) => <Chances answer={name} of={probabilities} />,
  labels: ({ labels, probabilities }) => <Chances answer={labels.join(", ") || "none"} of={probabilities} />,
  number: ({ value }) => <p class="answer">{rounded(value)}</p>,
  sequence: ({ text, probability }) => (
    <>
      <p class="answer text">{text || "no text"}</p>
      <small>{percent(probability)} for the whole text</small>
    </>
  ),
  masked: ({ text, tokens }) => (
    <>
      <p class="answer text">{text}</p>
      <Bars of={tokens.map(({ token, probability }) => [token.trim() || "␣", probability])} isInOrder />
    </>
  ),
  tags: ({ tags }, { task, example }) => <Tagged tags={tags} text={example[modalityOf(task)]} />,
  boxes: ({ boxes }, { example }) => (
    <>
      {boxes.length === 0 ? <p class="answer text">no object</p> : undefined}
      <Boxed
        picture={Object.values(example).map(pictureOf).find(Boolean)}
        boxes={boxes.map(({ box, class: name }) => ({ box, name, kind: "predicted" }))}
        label="The picture"
      />
      <Bars of={boxes.map(({ class: name, probability }) => [name, probability])} isInOrder />
    </>
  ),
  choice: ({ region }, { task, example }) => <Chosen region={region} regions={regionsOf(example[modalityOf(task)])} />,
  ranking: ({ order, scores }, { task, example }) => (
    <Ranked order={order} scores={scores} texts={candidatesIn(example, task)} />
  ),
  aligned: ({ probability }) => <Score of={percent(probability)} meaning="that the values belong together" />,
  contrastive: ({ score }) => <Score of={rounded(score)} meaning="likeness of the two values, from −1 to 1" />,
  matching: ({ score }) => (
    <Score of={rounded(score)} meaning="score of the pair: the higher, the better its values go together" />
  ),
  masked_classes: ({ regions }) => (
    <ul class="plain">
      {regions.map(({ region, class: of, probability }) => (
        <li key={region}>
          hidden region {region + 1}: class {of} <small>{percent(probability)}</small>
        </li>
      ))}
    </ul>
  ),
  masked_values: ({ parts }) => (
    <ul class="plain">
      {parts.slice(0, mostBars).map(({ part, values }) => (
        <li key={part}>
          hidden part {part + 1} <small>{numbers(values)}</small>
        </li>
      ))}
    </ul>
  ),
  vector: ({ values }) => <p class="answer text">{numbers(values)}</p>,
  reconstruct: ({ values }) => <p class="answer text">{numbers(values)}</p>,
};

function Chances({ answer, of }: { readonly answer: string; readonly of: Readonly<Record<string, number>> }) {
  return (
    <>
      <p class="answer">{answer}</p>
      <Bars of={Object.entries(of)} />
    </>
  );
}

function Score({ of, meaning }: { readonly of: string; readonly meaning: string }) {
  return (
    <>
      <p class="answer">{of}</p>
      <small>{meaning}</small>
    </>
  );
}

/** The modality of the target, if it is of one. */
function modalityOf({ target }: ResolvedTask): string {
  return "modality" in target ? target.modality : "";
}

/** The texts that differ between the candidates of an example. */
function candidatesIn(example: RawExample, { candidates }: ResolvedTask): readonly unknown[] {
  for (const [modality, parts] of Object.entries(candidates?.parts ?? {})) {
    const value = example[modality];
    const each = parts.indexOf("each");
    const listed = parts.length === 1 ? value : Array.isArray(value) ? value[each] : undefined;
    if (each >= 0 && Array.isArray(listed)) return listed;
  }
  return [];
}

interface RankedSettings extends Pick<RankingPrediction, "order" | "scores"> {
  readonly texts: readonly unknown[];
}

function Ranked({ order, scores, texts }: RankedSettings) {
  return (
    <ol class="ranked">
      {order.map((index) => (
        <li key={index}>
          {typeof texts[index] === "string" ? texts[index] : `candidate ${index + 1}`}{" "}
          <small>{rounded(scores[index] ?? Number.NaN)}</small>
        </li>
      ))}
    </ol>
  );
}

interface ChosenSettings extends Pick<ChoicePrediction, "region"> {
  readonly regions: ReturnType<typeof regionsOf>;
}

function Chosen({ region, regions }: ChosenSettings) {
  const boxes = regions.map((box, index) => ({
    box,
    name: String(index + 1),
    kind: index === region ? ("predicted" as const) : ("other" as const),
  }));
  return (
    <>
      <p class="answer">region {region + 1}</p>
      {boxes.length > 0 ? <Boxed boxes={boxes} label="The regions" /> : undefined}
    </>
  );
}

function Tagged({ tags, text }: Pick<TagsPrediction, "tags"> & { readonly text: unknown }) {
  const words = typeof text === "string" ? text.trim().split(/\s+/u) : [];
  if (words.length !== tags.length) return <p class="answer text">{tags.join(" ")}</p>;
  return (
    <ol class="tokens">
      {words.map((word, index) => (
        <li key={index}>
          <b>{word}</b>
          <span class="given">{tags[index]}</span>
        </li>
      ))}
    </ol>
  );
}
