import type { Feature } from "../server.ts";
import { codeAction } from "./code-action.ts";
import { definition } from "./definition.ts";
import { hover } from "./hover.ts";

/** Everything that the server can do, diagnostics apart. */
export const features: readonly Feature[] = [codeAction, definition, hover];
