import type * as node from "../package-root.ts";

/** A page has no folder of this package. */
export const packageRoot: typeof node.packageRoot = () => "/mtl";
