import type { ZodType, z } from "zod";
import type { AgentSession } from "./session.ts";

/** One thing that an agent can ask for. Each is a file in `tools/`. */
export interface ToolOf<Input extends Readonly<Record<string, ZodType>>> {
  readonly name: string;
  readonly title: string;
  /** Says when to use it and what it answers, for a model that reads nothing else. */
  readonly description: string;
  readonly input: Input;
  /** Gives plain data, which is sent as JSON, or a text. Throws a `UserError` for what the agent did wrong. */
  readonly run: (session: AgentSession, input: { readonly [Key in keyof Input]: z.output<Input[Key]> }) => unknown;
}

export type Tool = ToolOf<Readonly<Record<string, ZodType>>>;

/** Gives a tool the types of its input. */
export function tool<Input extends Readonly<Record<string, ZodType>>>(made: ToolOf<Input>): Tool {
  return made as Tool;
}
