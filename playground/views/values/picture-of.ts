/** The addresses of pictures and sounds, each as long as its bytes are used. */
const addresses = new WeakMap<Uint8Array, string>();

/** An address of a picture, from its bytes or a data URI; `undefined` for another value. */
export function pictureOf(value: unknown): string | undefined {
  if (typeof value === "string") return value.startsWith("data:image/") ? value : undefined;
  if (!(value instanceof Uint8Array)) return undefined;
  // Browsers tell other pictures from their first bytes, but not a drawing.
  return addressOf(value, isDrawing(value) ? "image/svg+xml" : "image/png");
}

/** An address of the content of a file. */
export function addressOf(bytes: Uint8Array, type: string): string {
  const known = addresses.get(bytes);
  if (known !== undefined) return known;
  const address = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }));
  addresses.set(bytes, address);
  return address;
}

function isDrawing(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 200)).trimStart().startsWith("<");
}
