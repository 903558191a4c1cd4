import type { Feature } from "../server.ts";
import { callHierarchy } from "./call-hierarchy.ts";
import { codeAction } from "./code-action.ts";
import { codeLens } from "./code-lens.ts";
import { completion } from "./completion.ts";
import { definition } from "./definition.ts";
import { documentHighlight } from "./document-highlight.ts";
import { documentLink } from "./document-link.ts";
import { fileOperations } from "./file-operations.ts";
import { foldingRange } from "./folding-range.ts";
import { formatting } from "./formatting.ts";
import { hover } from "./hover.ts";
import { implementation } from "./implementation.ts";
import { inlayHints } from "./inlay-hints.ts";
import { preview } from "./preview.ts";
import { references } from "./references.ts";
import { rename } from "./rename.ts";
import { selectionRange } from "./selection-range.ts";
import { semanticTokens } from "./semantic-tokens.ts";
import { signatureHelp } from "./signature-help.ts";
import { symbols } from "./symbols.ts";
import { typeDefinition } from "./type-definition.ts";

/** Everything that the server can do, diagnostics apart. */
export const features: readonly Feature[] = [
  callHierarchy,
  codeAction,
  codeLens,
  completion,
  definition,
  documentHighlight,
  documentLink,
  fileOperations,
  foldingRange,
  formatting,
  hover,
  implementation,
  inlayHints,
  preview,
  references,
  rename,
  selectionRange,
  semanticTokens,
  signatureHelp,
  symbols,
  typeDefinition,
];
