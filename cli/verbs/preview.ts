import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { UserError } from "../../runtime/user-error.ts";
import type { VerbOf } from "../verb.ts";

interface PreviewOptions {
  readonly port: string;
  readonly run?: string;
}

export const preview: VerbOf<PreviewOptions> = {
  name: "preview",
  summary: "Serve a page that shows a specification while it is written: picture, costs, its newest run.",
  examples: [
    ["mtl preview model.mtl", "prints an address of this machine for a browser; ends with Ctrl-C"],
    ["mtl preview model.mtl --run runs/model-0002", "beside another run than the newest"],
  ],
  configure: (command) =>
    command
      .argument("<specification>", "the .mtl file")
      .option("--port <port>", "port of this machine; any free one by default", "0")
      .option(
        "--run <folder>",
        "the run to show; by default the newest one in a folder `runs` beside the file or above",
      ),
  async run(session, [file = ""], { port, run }) {
    const path = resolve(session.io.cwd, file);
    if (!existsSync(path)) throw new UserError("usage", `There is no file "${file}".`, "Name a specification.");
    if (!/^\d{1,5}$/u.test(port) || Number(port) > 65_535)
      throw new UserError("usage", `"${port}" is no port.`, "Give a number from 0 to 65535.");
    const { servePreview } = await import("../../language-server/preview/serve-preview.ts");
    const ended = await servePreview({
      path,
      port: Number(port),
      run: run === undefined ? undefined : resolve(session.io.cwd, run),
      onOpen: (url) => session.print(`${url}\n`),
      onClick: (line) => session.note(line),
      onError: (error) => session.warn(String(error)),
    });
    await new Promise((done) => process.once("SIGINT", done).once("SIGTERM", done));
    await ended();
    return 0;
  },
};
