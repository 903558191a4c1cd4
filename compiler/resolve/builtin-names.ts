/** Names that are defined without a declaration. Their values are in `elaborate/builtins.ts`. */
export const builtinNames = ["training", "task", "tasks"] as const;

export type BuiltinName = (typeof builtinNames)[number];

export function isBuiltinName(name: string): name is BuiltinName {
  return (builtinNames as readonly string[]).includes(name);
}
