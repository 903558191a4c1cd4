import type { Severity } from "../diagnostic.ts";

/** The parts of a rendering that can have a colour. */
export type Role = Severity | "message" | "gutter" | "place" | "related" | "help";

/**
 * Colours a part of a rendering. The command line passes one made of `styleText`; this module does not depend on a
 * terminal.
 */
export type Paint = (role: Role, text: string) => string;

export const plain: Paint = (_role, text) => text;
