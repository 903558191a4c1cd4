import { copyFile, mkdir, readdir } from "../../host/files.ts";
import { packageRoot } from "../../host/package-root.ts";
import { join } from "../../host/paths.ts";

/** Copies the scripts that train an exported model, and the package that they use. */
export async function copyPython(folder: string): Promise<void> {
  const sources = join(packageRoot(), "runtime/export/torch/python");
  for (const entry of await readdir(sources, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".py")) continue;
    const within = entry.parentPath.slice(sources.length + 1);
    await mkdir(join(folder, within), { recursive: true });
    await copyFile(join(entry.parentPath, entry.name), join(folder, within, entry.name));
  }
}
