import { existsSync, realpathSync, statSync } from "../host/files.ts";
import { extname, resolve } from "../host/paths.ts";
import { counted } from "../../compiler/counted.ts";
import { readRegularSync } from "../files/regular-file.ts";
import type { TaskEvaluation, WorstExample } from "../evaluation/evaluation-file.ts";
import { isInside } from "../host/portable-path.ts";
import type { Split } from "../data/data.ts";
import type { ReadableValue } from "../targets/runtime-target.ts";
import { boxedPicture, boxesInWords, boxesOf } from "./boxed-picture.ts";
import { escaped } from "./html.ts";

/**
 * The largest number of classes for which the matrix is shown; for more, only the most frequent confusions are listed.
 */
const mostClasses = 20;
const pairsShown = 15;
const worstShown = 8;
/** Bytes of pictures and sound that a report may embed, in all and of one file. */
const mediaBudget = 4e6;
const mediaMost = 5e5;

const mediaTypes: { readonly [ending: string]: string } = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".svg": "image/svg+xml",
  ".wav": "audio/wav",
  ".mp3": "audio/mpeg",
  ".flac": "audio/flac",
  ".ogg": "audio/ogg",
};

/** Confusion matrices, a table for each task. */
export function confusionTables(evaluations: readonly TaskEvaluation[]): string {
  return inOrder(evaluations).map(confusionTable).join("\n");
}

function confusionTable({ task, split, confusion }: TaskEvaluation): string {
  if (!confusion) return "";
  const { classes, counts } = confusion;
  if (classes.length > mostClasses) return folded(task, split, confusedPairs(classes, counts));
  const head = `<tr><th>true \\ predicted</th>${classes.map((name) => `<th scope="col">${escaped(name)}</th>`).join("")}</tr>`;
  const rows = classes.map((name, actual) => {
    const row = counts[actual] ?? [];
    const total = Math.max(
      1e-9,
      row.reduce((sum, count) => sum + count, 0),
    );
    const kind = (given: number) => (given === actual ? "right" : row[given] ? "wrong" : "none");
    const cells = classes.map(
      (_, given) =>
        `<td class="${kind(given)}" style="--part:${((row[given] ?? 0) / total).toFixed(3)}">${formatCount(row[given] ?? 0)}</td>`,
    );
    return `<tr><th scope="row">${escaped(name)}</th>${cells.join("")}</tr>`;
  });
  return folded(
    task,
    split,
    `<div class="table"><table class="confusion"><thead>${head}</thead><tbody>${rows.join("")}</tbody></table></div>`,
  );
}

const splits: readonly Split[] = ["validation", "test", "train"];

/** Orders evaluations by task, and within a task by split: validation, test, train. */
function inOrder(evaluations: readonly TaskEvaluation[]): readonly TaskEvaluation[] {
  const tasks = [...new Set(evaluations.map(({ task }) => task))];
  return tasks.flatMap((task) =>
    splits.flatMap((split) => evaluations.filter((each) => each.task === task && each.split === split)),
  );
}

/**
 * Only the section that may be used during development is unfolded. A model that was chosen by looking at single rows
 * of `test` is no longer measured by them.
 */
function folded(task: string, split: Split, body: string): string {
  return `<details${split === "test" ? "" : " open"}><summary>${escaped(task)}, ${split}</summary>${body}</details>`;
}

function confusedPairs(classes: readonly string[], counts: readonly (readonly number[])[]): string {
  const pairs = counts.flatMap((row, actual) =>
    row.flatMap((count, given) => (count > 0 && given !== actual ? [{ actual, given, count }] : [])),
  );
  const rows = pairs
    .sort((a, b) => b.count - a.count)
    .slice(0, pairsShown)
    .map(
      ({ actual, given, count }) =>
        `<tr><td>${escaped(classes[actual] ?? "")}</td><td>${escaped(classes[given] ?? "")}</td><td>${formatCount(count)}</td></tr>`,
    );
  return `<p>The most frequent confusions among ${counted(classes.length, "class", "classes")}.</p><div class="table"><table><thead><tr><th>true</th><th>predicted</th><th>rows</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

/**
 * The examples with the highest loss, or the lowest, with pictures and sound if their files are within the budget. Files are only read
 * from these folders.
 */
export function examplesOf(
  which: "worst" | "best",
  evaluations: readonly TaskEvaluation[],
  folders: readonly string[],
): string {
  let spent = 0;
  const media: Media = (file) => {
    const uri = file.startsWith("data:image/") || file.startsWith("data:audio/") ? file : embedded(file, folders);
    if (uri === undefined || uri.length > mediaMost || spent + uri.length > mediaBudget)
      return escaped(shortened(file));
    spent += uri.length;
    return uri.startsWith("data:image/")
      ? `<img alt="${escaped(shortened(file))}" src="${escaped(uri)}">`
      : `<audio controls src="${escaped(uri)}"></audio>`;
  };
  return inOrder(evaluations)
    .map((evaluation) => ({ ...evaluation, examples: evaluation[which] ?? [] }))
    .filter(({ examples }) => examples.length > 0)
    .map(({ task, split, examples }) =>
      folded(
        task,
        split,
        `<div class="cards">${examples
          .slice(0, worstShown)
          .map((example) => card(example, media))
          .join("")}</div>`,
      ),
    )
    .join("\n");
}

/** Renders a file as HTML: embedded, or as its name if it is too large. */
type Media = (file: string) => string;

function embedded(file: string, folders: readonly string[]): string | undefined {
  const type = mediaTypes[extname(file).toLowerCase()];
  const path =
    type &&
    folders
      .filter((folder) => existsSync(resolve(folder, file)))
      .map((folder) => within(folder, file))
      .find((each) => each !== undefined);
  if (path === undefined || !statSync(path).isFile() || statSync(path).size > mediaMost) return undefined;
  return `data:${type};base64,${readRegularSync(path, mediaMost).toString("base64")}`;
}

/** A file without links in its path, if it does not leave the folder. */
function within(folder: string, file: string): string | undefined {
  const path = realpathSync(resolve(folder, file));
  return isInside(realpathSync(folder), path) ? path : undefined;
}

function card({ target, prediction, loss, file, row, inputs }: WorstExample, media: Media): string {
  const picture = (path: string): string => {
    const embedded = media(path);
    return embedded.startsWith("<img") ? boxedPicture(embedded, { target, prediction }) : embedded;
  };
  const readable = (value: ReadableValue): unknown => {
    const boxes = boxesOf(value);
    return boxes ? boxesInWords(boxes) : value;
  };
  const shown = inputs.map(
    ({ modality, texts, files }) =>
      `<dt>${escaped(modality)}</dt><dd>${[...files.map(picture), ...texts.map((text) => escaped(shortened(text)))].join("<br>")}</dd>`,
  );
  const facts: readonly (readonly [string, unknown])[] = [
    ["true", readable(target)],
    ["predicted", readable(prediction)],
    ["loss", loss === null ? "not finite" : loss.toFixed(3)],
    ["where", `${file}, row ${row}`],
  ];
  return `<dl>${shown.join("")}${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escaped(shortened(value))}</dd>`).join("")}</dl>`;
}

function shortened(value: unknown): string {
  const text =
    typeof value === "string"
      ? value
      : (JSON.stringify(value, (_key, inner: unknown) =>
          typeof inner === "number" ? Number(inner.toPrecision(4)) : inner,
        ) ?? "");
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function formatCount(count: number): string {
  return Number.isInteger(count) ? String(count) : count.toFixed(1);
}
