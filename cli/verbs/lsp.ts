import type { VerbOf } from "../verb.ts";

interface LspOptions {
  readonly stdio?: true;
  readonly clientProcessId?: string;
}

export const lsp: VerbOf<LspOptions> = {
  name: "lsp",
  summary: "Serve an editor: the language server.",
  examples: [["mtl lsp --stdio", "the command that an editor is given"]],
  configure: (command) =>
    command
      .option("--stdio", "talk over stdin and stdout, the only way there is")
      .option("--clientProcessId <number>", "the process of the editor, which some clients say; without effect"),
  async run({ io: { stdin, stdout } }) {
    const { serveStdio } = await import("../../language-server/server/serve-stdio.ts");
    const code = await serveStdio({ input: stdin, output: stdout });
    // An editor that keeps its end open must not keep the process.
    if ("destroy" in stdin && typeof stdin.destroy === "function") stdin.destroy();
    return code;
  },
};
