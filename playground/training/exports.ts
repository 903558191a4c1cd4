import { say } from "../state/app-state.ts";
import { type Project, lastOf } from "../state/project.ts";
import { currentTraining } from "./controller.ts";

/** Gives the reader a file to keep. */
export function download(name: string, content: BlobPart, type: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Packs files in a folder of a zip. */
export async function zipped(
  folder: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { zip } = await import("fflate");
  const named = Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`${folder}/${path}`, bytes]));
  return new Promise((resolve, reject) => {
    zip(named, { level: 6 }, (error, packed) => (error ? reject(error) : resolve(new Uint8Array(packed))));
  });
}

/** The specification: its text, or a zip of it and the other files of its project. */
export async function downloadSpecification({ name, files }: Project): Promise<void> {
  const texts = Object.entries(files);
  if (texts.length === 1) return download(lastOf(name), files[name] ?? "", "text/plain");
  const folder = lastOf(name).replace(/\.mtl$/u, "");
  const encoder = new TextEncoder();
  const bytes = Object.fromEntries(texts.map(([path, text]) => [path, encoder.encode(text)]));
  download(`${folder}.zip`, await zipped(folder, bytes), "application/zip");
}

/** The run folder, which `mtl eval`, `mtl predict` and `mtl train --resume` of Node accept. */
export async function downloadRun(model: string): Promise<void> {
  const files = await currentTraining()?.runFiles();
  if (!files) return say("There is no run yet: train first.");
  download(`${model}-0001.zip`, await zipped(`${model}-0001`, files), "application/zip");
}

/** Opens the report of the run, one file of HTML without scripts, in a window of its own. */
export async function openReport(): Promise<void> {
  const report = await currentTraining()?.report();
  if (report === undefined) return say("There is no run yet: train first.");
  open(URL.createObjectURL(new Blob([report], { type: "text/html" })), "_blank", "noopener");
}

/** The compiled folder of the trained model: graphs in the format of ONNX, weights, and the manifest that says how to feed them. */
export async function downloadOnnx(model: string): Promise<void> {
  const files = await currentTraining()?.compiled();
  if (!files) return say("There is no run yet: train first.");
  download(`${model}-onnx.zip`, await zipped(`${model}-onnx`, files), "application/zip");
}
