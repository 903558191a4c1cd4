import type { Span } from "../../grammar/ast.ts";
import type { Workspace } from "../service/workspace.ts";

/** A page that shows a specification, as `language-server/preview` serves one where there is Node. */
export interface OpenedPreview {
  readonly url: string;
  /** The text may have changed. */
  update(): Promise<void>;
  /** The cursor is at an offset of a file. */
  select(path: string, offset: number): void;
  close(): Promise<void>;
}

/** Opens a preview; where it cannot be served, as in a worker of a page, there is no such function. */
export type OpenPreview = (settings: {
  readonly workspace: Workspace;
  readonly path: string;
  readonly port: number;
  readonly onClick: (declaration: Span) => void;
  readonly onError: (error: unknown) => void;
}) => Promise<OpenedPreview>;
