import type { Program as CompiledProgram } from "../../compiler/program.ts";

/** What training needs of a compiled specification. */
export type Program = Pick<CompiledProgram, "specification" | "plan">;
