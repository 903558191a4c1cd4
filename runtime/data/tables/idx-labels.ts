import { existsSync } from "../../host/files.ts";
import { basename, dirname, join } from "../../host/paths.ts";

/**
 * The name of the file with the labels of a file of images: "images" becomes "labels" and idx3 becomes idx1, as in
 * MNIST.
 */
export function labelsName(file: string): string {
  const name = basename(file);
  return file.slice(0, file.length - name.length) + name.replace("images", "labels").replace("idx3", "idx1");
}

/** The file of labels in the same folder as an IDX file of images; `undefined` if there is none. */
export function labelsBeside(path: string): string | undefined {
  if (!/(?:-ubyte|\.idx)(?:\.gz)?$/i.test(path)) return undefined;
  const labels = join(dirname(path), labelsName(basename(path)));
  return labels !== path && existsSync(labels) ? labels : undefined;
}
