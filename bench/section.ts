import type { PyTorch } from "./pytorch.ts";

/** A section of the page. `run` returns its text in Markdown, and throws `NotInstalled` if it cannot run. */
export interface Section {
  readonly name: string;
  readonly title: string;
  /** Present if each number is measured once, because that takes minutes. */
  readonly measured?: "once";
  run(settings: SectionSettings): Promise<string>;
}

export interface SectionSettings {
  readonly repetitions: number;
  /** Starts PyTorch on the first call. It throws `NotInstalled` if there is none. */
  readonly pytorch: () => Promise<PyTorch>;
  /** Reports progress. */
  readonly note: (text: string) => void;
}
