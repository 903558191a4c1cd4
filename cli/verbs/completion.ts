import { Argument, Option } from "commander";
import type { CompletedVerb } from "../completion/completed-verbs.ts";
import type { Verb } from "../verb.ts";

const shells: { readonly [shell: string]: () => Promise<(verbs: readonly CompletedVerb[]) => string> } = {
  bash: async () => (await import("../completion/bash.ts")).bashCompletion,
  zsh: async () => (await import("../completion/zsh.ts")).zshCompletion,
  fish: async () => (await import("../completion/fish.ts")).fishCompletion,
};

/** Options of every verb. */
const shared = [
  new Option("--help", "display help for command"),
  new Option("-q, --quiet", "print results and failures only"),
];

export const completion: Verb = {
  name: "completion",
  summary: "Print a script for a shell that completes verbs, options and their values.",
  examples: [
    ["mtl completion bash >> ~/.bashrc", "for bash; or: source <(mtl completion bash)"],
    ["mtl completion zsh > ~/.zfunc/_mtl", "for zsh, if ~/.zfunc is in fpath; or: source <(mtl completion zsh)"],
    ["mtl completion fish > ~/.config/fish/completions/mtl.fish", "for fish"],
  ],
  configure: (command) => command.addArgument(new Argument("<shell>", "whose").choices(Object.keys(shells))),
  async run(session, [shell = ""]) {
    const [{ verbs }, { completedVerbs }, script] = await Promise.all([
      import("./index.ts"),
      import("../completion/completed-verbs.ts"),
      shells[shell]?.(),
    ]);
    session.emit(script?.(completedVerbs(verbs, shared)) ?? "");
    return 0;
  },
};
