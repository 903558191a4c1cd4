import { computed, signal } from "@preact/signals";
import type { ResolvedSpecification } from "../../compiler/schema/resolved.ts";
import type { Diagnostic } from "../../compiler/diagnostics/diagnostic.ts";
import type { Picture } from "../../language-server/service/picture.ts";
import type { Action, CostTable, Param } from "../service/protocol.ts";
import type { SharedState } from "./url-state.ts";

export const tabs = ["code", "model", "cost", "train", "results", "try"] as const;
export type Tab = (typeof tabs)[number];

/** Something of an earlier text is shown until the new one is checked. */
export interface Shown<Value> {
  readonly value: Value;
  readonly isEarlier: boolean;
}

/** The state that the address carries. */
export const shared = signal<SharedState>({ name: "untitled.mtl", text: "" });
/** The tab of the panel; on a narrow screen the text is a tab too. */
export const tab = signal<Tab>("model");

export const diagnostics = signal<readonly Diagnostic[]>([]);
/** False while the rest of a text is checked. */
export const isChecked = signal(false);
export const checkTime = signal(0);
/** The params of the text as it is now. */
export const params = signal<readonly Param[]>([]);
/** The specification of the last text without errors. */
export const specification = signal<ResolvedSpecification | undefined>(undefined);
export const picture = signal<Shown<Picture> | undefined>(undefined);
export const costs = signal<Shown<CostTable> | undefined>(undefined);
/** The offset of the cursor in the text. */
export const cursor = signal(0);

/** A sentence that is shown for a few seconds, and read by screen readers. */
export const notice = signal("");
export type Dialog =
  | { readonly kind: "examples" }
  | { readonly kind: "share" }
  | { readonly kind: "export" }
  | { readonly kind: "actions"; readonly actions: readonly Action[] }
  | { readonly kind: "rename"; readonly name: string; readonly offset: number };
export const dialog = signal<Dialog | undefined>(undefined);

/** The name of the param or option in whose setting a mistake is; `undefined` for one in the text. */
export function settingOf({ at }: Diagnostic): string | undefined {
  return /^--set (.*)$/su.exec(at.file)?.[1];
}

export const inText = computed(() => diagnostics.value.filter((each) => settingOf(each) === undefined));

export const errorCount = computed(() => diagnostics.value.filter(({ severity }) => severity === "error").length);

/** True if the text, as it is now, can be trained. */
export const canTrain = computed(() => isChecked.value && errorCount.value === 0 && specification.value !== undefined);

/** The node of the picture in whose declaration the cursor is. */
export const selectedNode = computed(() => {
  const spans = picture.value?.value.spans ?? new Map();
  const offset = cursor.value;
  return [...spans].find(([, { start, end }]) => start <= offset && offset <= end)?.[0];
});

let hiding: ReturnType<typeof setTimeout> | undefined;

export function say(message: string): void {
  notice.value = message;
  clearTimeout(hiding);
  hiding = setTimeout(() => (notice.value = ""), 4000);
}
