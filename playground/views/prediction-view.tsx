import type { Prediction } from "../../runtime/targets/prediction.ts";

const mostBars = 8;

/** What a model says of one example, for one task. */
export function PredictionView({ task, prediction }: { readonly task: string; readonly prediction: Prediction }) {
  return (
    <section class="prediction" aria-label={`Prediction of ${task}`}>
      <h2>{task}</h2>
      <Shown prediction={prediction} />
    </section>
  );
}

function Shown({ prediction }: { readonly prediction: Prediction }) {
  switch (prediction.kind) {
    case "category":
      return (
        <>
          <p class="answer">{prediction.class}</p>
          <Bars of={prediction.probabilities} />
        </>
      );
    case "labels":
      return (
        <>
          <p class="answer">{prediction.labels.join(", ") || "none"}</p>
          <Bars of={prediction.probabilities} />
        </>
      );
    case "number":
      return <p class="answer">{Number(prediction.value.toPrecision(4))}</p>;
    case "sequence":
    case "masked":
      return <p class="answer text">{prediction.text}</p>;
    case "tags":
      return <p class="answer text">{prediction.tags.join(" ")}</p>;
    case "boxes":
      return (
        <ul>
          {prediction.boxes.map(({ class: name, probability, box }) => (
            <li key={box.join()}>
              {name} <small>{percent(probability)}</small>
            </li>
          ))}
        </ul>
      );
    case "aligned":
      return <p class="answer">{percent(prediction.probability)}</p>;
    default:
      return <pre class="raw">{JSON.stringify(prediction, rounded, 1)}</pre>;
  }
}

function Bars({ of }: { readonly of: Readonly<Record<string, number>> }) {
  const shown = Object.entries(of)
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, mostBars);
  return (
    <ul class="bars">
      {shown.map(([name, probability]) => (
        <li key={name}>
          <span>{name}</span>
          <i style={{ "--part": probability }} />
          <small>{percent(probability)}</small>
        </li>
      ))}
    </ul>
  );
}

function percent(probability: number): string {
  return `${(100 * probability).toFixed(1)} %`;
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(4)) : value;
}
