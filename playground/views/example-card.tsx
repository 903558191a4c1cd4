import type { WorstExample } from "../../runtime/evaluation/evaluation-file.ts";
import { boxesOf } from "../../runtime/report/boxed-picture.ts";
import type { ReadableValue } from "../../runtime/targets/runtime-target.ts";
import { trainedFile } from "../training/trained-files.ts";
import { Boxed, type DrawnBox } from "./values/boxed.tsx";
import { inWords, shortened } from "./values/in-words.ts";
import { rounded } from "./values/numbers.ts";
import { addressOf } from "./values/picture-of.ts";
import { regionsOf } from "./values/regions-of.ts";
import { Tokens } from "./values/tokens.tsx";

interface Settings {
  readonly example: WorstExample;
  /** The kind of the task's target. */
  readonly kind: string;
}

/** A row with what the data says of it and what the model says. */
export function ExampleCard({ example, kind }: Settings) {
  const { loss, row, inputs } = example;
  return (
    <article class="example" aria-label={`Row ${row}`}>
      {inputs.map((input) => (
        <Input key={input.modality} input={input} example={example} kind={kind} />
      ))}
      {["masked", "tags"].includes(kind) && isTokens(example.target) && isTokens(example.prediction) ? (
        <Tokens right={example.target} predicted={example.prediction} />
      ) : (
        <Answer {...inWords(kind, example)} />
      )}
      <small>
        loss {loss === null ? "not finite" : rounded(loss)} · row {row}
      </small>
    </article>
  );
}

function isTokens(value: ReadableValue): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

function Answer({ right, predicted }: { readonly right: string; readonly predicted: string }) {
  return (
    <p>
      <b>{right}</b> <span class={right === predicted ? "given" : "given wrong"}>predicted {predicted}</span>
    </p>
  );
}

interface InputSettings extends Settings {
  readonly input: WorstExample["inputs"][number];
}

function Input({ input: { modality, kind: given, texts, files }, example, kind }: InputSettings) {
  if (given === "regions")
    return <Regions file={files[0] ?? texts[0] ?? ""} name={modality} example={example} kind={kind} />;
  return (
    <>
      {files.length > 0 ? (
        <span class="media">
          {files.map((file, index) => (
            <Media key={index} file={file} name={modality} example={example} />
          ))}
        </span>
      ) : undefined}
      {texts.map((text, index) => (
        <p class="text" key={index}>
          {shortened(text)}
        </p>
      ))}
    </>
  );
}

interface MediaSettings {
  readonly file: string;
  readonly name: string;
  readonly example: WorstExample;
}

function Media({ file, name, example: { target, prediction } }: MediaSettings) {
  const [right, predicted] = [boxesOf(target), boxesOf(prediction)];
  const { address, type = "" } = mediaOf(file);
  if (address === undefined) return <code>{shortened(file)}</code>;
  if (type.startsWith("audio/")) return <audio controls src={address} aria-label={name} />;
  if (!right || !predicted) return <img src={address} alt={name} />;
  const boxes = [
    ...right.map(({ box, class: of }): DrawnBox => ({ box, name: of, kind: "right" })),
    ...predicted.map(({ box, class: of }): DrawnBox => ({ box, name: of, kind: "predicted" })),
  ];
  return <Boxed picture={address} boxes={boxes} label={name} />;
}

const types: { readonly [ending: string]: string } = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
  wav: "audio/wav",
  mp3: "audio/mpeg",
  flac: "audio/flac",
  ogg: "audio/ogg",
};

interface Medium {
  readonly address?: string;
  readonly type?: string;
}

/** The address of a picture or sound; none for another file, or one that the page no longer has. */
function mediaOf(file: string): Medium {
  const [, written] = /^data:((?:image|audio)\/[^;,]*)/u.exec(file) ?? [];
  if (written !== undefined) return { address: file, type: written };
  const type = types[file.slice(file.lastIndexOf(".") + 1).toLowerCase()];
  const bytes = type === undefined ? undefined : trainedFile(file);
  return type !== undefined && bytes ? { address: addressOf(bytes, type), type } : {};
}

/** The regions of a row: the right ones drawn through, the chosen one broken. */
function Regions({ file, name, example: { target, prediction }, kind }: MediaSettings & Settings) {
  const boxes = regionsIn(file);
  if (boxes.length === 0) return <code>{shortened(file)}</code>;
  const isChoice = kind === "choice";
  const right: readonly (string | number)[] = isChoice && Array.isArray(target) ? target : [];
  const [chosen] = isChoice && Array.isArray(prediction) ? prediction : [];
  const kindOf = (index: number): DrawnBox["kind"] =>
    right.includes(index) ? "right" : index === chosen ? "predicted" : "other";
  return (
    <Boxed boxes={boxes.map((box, index) => ({ box, name: String(index + 1), kind: kindOf(index) }))} label={name} />
  );
}

function regionsIn(file: string): ReturnType<typeof regionsOf> {
  try {
    return regionsOf(JSON.parse(file.startsWith("{") ? file : new TextDecoder().decode(trainedFile(file))));
  } catch {
    return [];
  }
}
