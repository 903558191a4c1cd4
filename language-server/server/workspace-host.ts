import type { ServiceHost } from "../service/service-host.ts";

/** A host whose folders are known when a client says which it has opened. */
export interface WorkspaceHost extends ServiceHost {
  /** Sets the folders of the workspace. */
  open(folders: readonly string[]): void;
}
