import type { PyTorch } from "./pytorch.ts";

/** One part of the page. Gives its text in Markdown; throws `NotInstalled` where it cannot run. */
export interface Section {
  readonly name: string;
  readonly title: string;
  run(settings: SectionSettings): Promise<string>;
}

export interface SectionSettings {
  readonly repetitions: number;
  /** Throws `NotInstalled`. */
  readonly pytorch: () => Promise<PyTorch>;
  /** Reports progress. */
  readonly note: (text: string) => void;
}
