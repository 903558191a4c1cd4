const block = 512;

/** A tar archive (ustar) of these members, in their order. */
export function tar(
  members: readonly (readonly [name: string, content: string | Uint8Array, type?: string])[],
): Buffer {
  const parts = members.flatMap(([name, content, type = "0"]) => {
    const bytes = Buffer.from(content);
    const header = Buffer.alloc(block);
    header.write(name, 0, 100);
    header.write("0000644\0", 100);
    header.write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("        ", 148);
    header.write(type, 156);
    header.write("ustar\u000000", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, bytes, Buffer.alloc((block - (bytes.length % block)) % block)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}
