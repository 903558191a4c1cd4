/** The addresses of pictures, each as long as its bytes are used. */
const addresses = new WeakMap<Uint8Array, string>();

/** An address of a picture, from its bytes or a data URI; `undefined` for another value. */
export function pictureOf(value: unknown): string | undefined {
  if (typeof value === "string") return value.startsWith("data:image/") ? value : undefined;
  if (!(value instanceof Uint8Array)) return undefined;
  const known = addresses.get(value);
  if (known !== undefined) return known;
  // Browsers tell other pictures from their first bytes, but not a drawing.
  const type = isDrawing(value) ? "image/svg+xml" : "image/png";
  const address = URL.createObjectURL(new Blob([new Uint8Array(value)], { type }));
  addresses.set(value, address);
  return address;
}

function isDrawing(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 200)).trimStart().startsWith("<");
}
