import type * as node from "../../package-version.ts";

/** The version in package.json; a test compares the two. */
export const packageVersion: typeof node.packageVersion = () => "0.1.0";
