import { inlayHintsOf, semanticTokens } from "../../language-server/service/index.ts";
import { isPrelude } from "../../compiler/prelude/prelude.ts";
import { costTable } from "./cost-table.ts";
import type { ServiceEvent } from "./protocol.ts";
import type { PageWorkspace } from "./service.ts";
import { paramsIn } from "./params.ts";

/** The time for which a check may keep messages waiting. */
const longestWait = 12;

/**
 * Checks the texts in rounds, of which each knows more and takes longer: names, then shapes and everything else, the picture, the costs. Between its steps it waits until no message
 * is waiting, and ends where one has brought another text.
 */
export class Rounds {
  readonly #page: PageWorkspace;
  readonly #send: (event: ServiceEvent) => void;
  #version = 0;
  /** The version whose shapes are known. */
  #whole = 0;

  constructor(page: PageWorkspace, send: (event: ServiceEvent) => void) {
    this.#page = page;
    this.#send = send;
  }

  async begin(version: number): Promise<void> {
    this.#version = version;
    const page = this.#page;
    const { workspace, main } = page;
    const began = performance.now();
    const diagnose = (isWhole: boolean): void => {
      const diagnostics = page.diagnostics(isWhole ? "everything" : "names");
      const milliseconds = performance.now() - began;
      this.#send({ kind: "diagnostics", version, isWhole, diagnostics, read: page.read, milliseconds });
    };
    diagnose(false);
    this.show();
    const { bindings } = workspace.compile(main, "names");
    if (bindings) this.#send({ kind: "params", version, params: paramsIn(bindings, page.files[main] ?? "") });
    for (const path of [main, ...Object.keys(page.files).filter((each) => each !== main)])
      if (!(await this.#finish(version, workspace.compileInSteps(path, "everything")))) return;
    diagnose(true);
    this.#whole = version;
    this.show();
    const { program } = workspace.compile(main, "everything");
    if (!program) return;
    this.#send({ kind: "specification", version, specification: program.specification });
    // Graphviz is loaded after the first mistakes are shown.
    const { drawPicture } = await import("../../language-server/service/picture.ts");
    if (this.#version !== version) return;
    const picture = await drawPicture(workspace, main);
    if (this.#version !== version) return;
    if (picture) this.#send({ kind: "picture", version, picture });
    if (!(await this.#finish(version, workspace.costs.count(main)))) return;
    const known = workspace.costs.of(main);
    if (known) this.#send({ kind: "costs", version, costs: costTable(known) });
  }

  /** Says what the file that is shown looks like, as far as it is known. */
  show(): void {
    const { workspace, shown: path } = this.#page;
    const version = this.#version;
    this.#send({ kind: "names", version, path, tokens: semanticTokens(workspace, path) });
    if (this.#whole !== version || isPrelude(path)) return;
    const end = workspace.textOf(path)?.length ?? 0;
    const hints = inlayHintsOf(workspace, path, { start: 0, end }, new Set(["shapes"]));
    this.#send({ kind: "hints", version, path, hints });
  }

  /** Runs steps to their end; false if another text has come meanwhile. */
  async #finish(version: number, steps: Generator<unknown, unknown>): Promise<boolean> {
    let since = performance.now();
    while (!steps.next().done) {
      if (performance.now() - since < longestWait) continue;
      await messagesHandled();
      if (this.#version !== version) return false;
      since = performance.now();
    }
    await messagesHandled();
    return this.#version === version;
  }
}

/** Settles after the messages that are waiting have been handled. */
function messagesHandled(): Promise<void> {
  return new Promise((done) => void setTimeout(done));
}
