import { createNodeWorkspaceHost } from "../server/node-workspace-host.ts";
import { Workspace } from "../service/workspace.ts";
import { followFiles } from "./follow-files.ts";
import { lineOf } from "../service/picture.ts";
import { Preview } from "./preview.ts";

interface Settings {
  readonly path: string;
  readonly port: number;
  readonly run: string | undefined;
  readonly onOpen: (url: string) => void;
  /** The line of the declaration of a node that is clicked: `model.mtl:12`. */
  readonly onClick: (line: string) => void;
  readonly onError: (error: unknown) => void;
}

/** Previews a specification as it is on disk. Gives the function that ends it. */
export async function servePreview({
  path,
  port,
  run,
  onOpen,
  onClick,
  onError,
}: Settings): Promise<() => Promise<void>> {
  const workspace = new Workspace(createNodeWorkspaceHost());
  const preview = await Preview.open({
    workspace,
    path,
    port,
    run,
    onClick: (span) => onClick(lineOf(workspace, span)),
    onError,
  });
  let change = 0;
  /** A step at a time, so that the page is answered in between, and until the next change. */
  const count = async (): Promise<void> => {
    const counted = ++change;
    for (const _ of workspace.costs.count(path)) {
      await new Promise((done) => setImmediate(done));
      if (counted !== change) return;
    }
    preview.showCosts();
  };
  const end = followFiles(workspace, path, () => void preview.update().then(count));
  onOpen(preview.url);
  void count();
  return async () => {
    change += 1;
    end();
    await preview.close();
  };
}
