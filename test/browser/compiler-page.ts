import { compileProgram, createMemoryHost, renderText } from "../../compiler/index.ts";

/** The compiler as a page uses it: it takes a specification's text, and returns texts for people. */
export interface CompilerPage {
  readonly check: (files: Readonly<Record<string, string>>, entry: string) => Checked;
}

export interface Checked {
  /** The diagnostics as text. */
  readonly problems: string;
  /** The number of nodes of the first stage's graphs for training, by task. */
  readonly nodes: { readonly [task: string]: number };
}

const compilerPage: CompilerPage = {
  check(files, entry) {
    const { program, diagnostics, sources } = compileProgram({ entry, host: createMemoryHost(files) });
    const stage = program?.specification.stages[0];
    const plan = stage && program.plan(stage.name);
    return {
      problems: renderText({ diagnostics, sources }),
      nodes: Object.fromEntries((plan?.stage.tasks ?? []).map((task) => [task, plan?.step(task).nodes.length ?? 0])),
    };
  },
};

Object.assign(globalThis, { compilerPage });
