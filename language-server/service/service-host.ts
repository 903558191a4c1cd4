import type { Host } from "../../compiler/host.ts";

/** The outside world as the service sees it. */
export interface ServiceHost extends Host {
  /** The paths of all specifications of the workspace, those that an editor has open or not. */
  specifications(): readonly string[];
}
