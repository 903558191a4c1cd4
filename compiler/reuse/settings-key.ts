/** One text for each plain value; unlike JSON it tells maps, infinite numbers and the sign of zero apart. */
export function settingsKey(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Map) return { map: [...part] };
    if (typeof part !== "number") return part;
    return Object.is(part, -0) ? "-0" : Number.isFinite(part) ? part : String(part);
  });
}
