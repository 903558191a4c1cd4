import type { Selection } from "./code-action.ts";

/** A name that no declaration, import or local name of the file has: `wanted`, else with a number. */
export function freeName({ analysis }: Selection, wanted: string): string {
  const words = new Set(analysis.text.match(/[A-Za-z_]\w*/gu));
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? wanted : `${wanted}_${count}`;
    if (!words.has(name)) return name;
  }
}
