import { computed, effect, signal } from "@preact/signals";
import { type KeptRun, keptRuns } from "../../runtime/browser/kept-runs.ts";
import { deleteSaved, savedFiles } from "../../runtime/browser/saved-files.ts";
import { canTrain, shared } from "../state/app-state.ts";
import type { SharedState } from "../state/url-state.ts";
import { ownFiles } from "./own-files.ts";
import { isBusy, keptAs } from "./training-state.ts";

/** The data of the example, or the reader's own, which the page does not keep. */
export type DataKind = "example" | "own";

/** A run that the browser has kept of the text, the settings and the data as they are. */
export interface KeptOffer {
  readonly run: KeptRun;
  readonly data: DataKind;
}

const prefix = "playground";
/** The number of runs that the browser keeps of this page. */
const mostRuns = 5;
/** Milliseconds until a run that another window has open is looked at again. */
const betweenLooks = 2000;

const found = signal<(KeptOffer & { readonly of: SharedState }) | undefined>(undefined);

/** The run that can be continued or opened; absent while this page trains, or has it open. */
export const keptOffer = computed<KeptOffer | undefined>(() => {
  const known = found.value;
  return known?.of === shared.value && !isBusy.value && known.run.name !== keptAs.value ? known : undefined;
});

/** The name under which a training is kept: another text, setting or kind of data has another one. */
export async function keptName(state: SharedState, data: DataKind): Promise<string> {
  const { name: path, files, example, set = {}, seed, engine } = state;
  const identity = new TextEncoder().encode(JSON.stringify([path, sorted(files), example, sorted(set), seed, engine]));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", identity));
  return `${prefix} ${data} ${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function sorted(values: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(values).toSorted(([one], [other]) => (one < other ? -1 : 1));
}

/** Looks for a kept run whenever the text, the settings or the data change, or a training ends. */
export function followKeptRuns(): void {
  effect(() => void (canTrain.value && !isBusy.value && lookForRun()));
}

let again: ReturnType<typeof setTimeout> | undefined;

async function lookForRun(): Promise<void> {
  clearTimeout(again);
  const of = shared.value;
  const kinds: readonly DataKind[] = ownFiles.value.size > 0 ? ["own"] : ["example", "own"];
  // A browser that refuses its storage has kept nothing.
  const runs = await keptRuns().catch(() => []);
  const offers = await Promise.all(
    kinds.map(async (data) => {
      const name = await keptName(of, data);
      return runs.flatMap((run) => (run.name === name ? [{ run, data, of }] : []));
    }),
  );
  if (shared.peek() !== of) return;
  found.value = offers.flat()[0];
  if (keptOffer.peek()?.run.isOpen === true) again = setTimeout(() => void lookForRun(), betweenLooks);
}

/** The files of the run; `undefined` if another window has forgotten it since. */
export async function filesOfOffer({ run }: KeptOffer): Promise<Record<string, Uint8Array> | undefined> {
  const files = await savedFiles(run.name);
  if (!files) await lookForRun();
  return files;
}

export async function forgetRun({ run }: KeptOffer): Promise<void> {
  await deleteSaved(run.name);
  await lookForRun();
}

/** Runs of earlier texts would fill the storage. */
export async function forgetOldRuns(): Promise<void> {
  const runs = (await keptRuns()).filter(({ name, isOpen }) => name.startsWith(prefix) && !isOpen);
  for (const { name } of runs.slice(mostRuns)) await deleteSaved(name);
}
