import { inlayHintsOf, semanticTokens } from "../../language-server/service/index.ts";
import { costTable } from "./cost-table.ts";
import type { ServiceEvent } from "./protocol.ts";
import type { PageWorkspace } from "./service.ts";
import { paramsIn } from "./params.ts";

/** The time for which a check may keep messages waiting. */
const longestWait = 12;

/**
 * Checks a text in rounds, of which each knows more and takes longer: names, then shapes and everything else, the picture, the costs. Between its steps it waits until no message
 * is waiting, and ends where one has brought another text.
 */
export class Rounds {
  readonly #page: PageWorkspace;
  readonly #send: (event: ServiceEvent) => void;
  #version = 0;

  constructor(page: PageWorkspace, send: (event: ServiceEvent) => void) {
    this.#page = page;
    this.#send = send;
  }

  async begin(version: number): Promise<void> {
    this.#version = version;
    const page = this.#page;
    const { workspace, path, text } = page;
    const began = performance.now();
    const diagnose = (isWhole: boolean): void => {
      const diagnostics = page.diagnostics(isWhole ? "everything" : "names");
      const milliseconds = performance.now() - began;
      this.#send({ kind: "diagnostics", version, isWhole, diagnostics, milliseconds });
    };
    diagnose(false);
    this.#send({ kind: "names", version, tokens: semanticTokens(workspace, path) });
    const { bindings } = workspace.compile(path, "names");
    if (bindings) this.#send({ kind: "params", version, params: paramsIn(bindings, text) });
    if (!(await this.#finish(version, workspace.compileInSteps(path, "everything")))) return;
    diagnose(true);
    const hints = inlayHintsOf(workspace, path, { start: 0, end: text.length }, new Set(["shapes"]));
    this.#send({ kind: "hints", version, hints });
    const { program } = workspace.compile(path, "everything");
    if (!program) return;
    this.#send({ kind: "specification", version, specification: program.specification });
    // Graphviz is loaded after the first mistakes are shown.
    const { drawPicture } = await import("../../language-server/service/picture.ts");
    if (this.#version !== version) return;
    const picture = await drawPicture(workspace, path);
    if (this.#version !== version) return;
    if (picture) this.#send({ kind: "picture", version, picture });
    if (!(await this.#finish(version, workspace.costs.count(path)))) return;
    const known = workspace.costs.of(path);
    if (known) this.#send({ kind: "costs", version, costs: costTable(known) });
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
