import type { Host } from "../../compiler/host.ts";

/** The outside world as the service sees it. */
export interface ServiceHost extends Host {
  /** The paths of all specifications of the workspace, those that an editor has open or not. */
  specifications(): readonly string[];
  /** Something happened on disk, so that there may be other specifications. */
  refresh?(): void;
  /** True for a file or a folder on disk. */
  exists(path: string): boolean;
  /** The explanation of a diagnostic by its code, as Markdown, where the host has it. */
  explanationOf?(code: string): string | undefined;
}
