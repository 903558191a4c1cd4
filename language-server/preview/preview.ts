import type { Span } from "../../grammar/ast.ts";
import type { Workspace } from "../service/workspace.ts";
import { costSection } from "./cost-section.ts";
import { type FoundRun, newestRun, stampOf } from "./newest-run.ts";
import { pageWith } from "./page.ts";
import { type Picture, drawPicture, lineOf } from "../service/picture.ts";
import { type PageEvent, ServedPage } from "./serve-page.ts";

export interface PreviewSettings {
  readonly workspace: Workspace;
  /** The specification. */
  readonly path: string;
  readonly port: number;
  /** The folder of a run to show, instead of the newest one. */
  readonly run?: string | undefined;
  /** The declaration of a node that is clicked. */
  readonly onClick: (declaration: Span) => void;
  /** A mistake of ours, which must not end the process that serves other pages. */
  readonly onError: (error: unknown) => void;
}

/** Milliseconds between two looks at the folder of a run. */
const betweenLooks = 1000;
/** Looks at one run before a newer one is looked for. */
const looksAtRun = 3;
/** The errors that are listed. */
const mostProblems = 5;

/** A page with the picture, the costs and the run of one specification, which follows its text. Nothing is drawn that nobody looks at. */
export class Preview {
  readonly #settings: PreviewSettings;
  readonly #page: ServedPage;
  readonly #last = new Map<string, PageEvent>();
  readonly #timer: ReturnType<typeof setInterval>;
  #picture: Picture | undefined;
  #run: FoundRun | undefined;
  #stamp = "";
  #looks = 0;
  #state: "idle" | "drawing" | "changed" = "idle";

  private constructor(settings: PreviewSettings, page: ServedPage) {
    this.#settings = settings;
    this.#page = page;
    this.#timer = setInterval(() => void this.#attempt(() => this.#look()), betweenLooks);
  }

  static async open(settings: PreviewSettings): Promise<Preview> {
    const page = await ServedPage.open({
      page: pageWith,
      port: settings.port,
      begin: () => {
        setImmediate(() => void preview.update().then(() => preview.#attempt(() => preview.#look())));
        return [...preview.#last.values()];
      },
      onMessage: (message) => preview.#clicked(message),
    });
    const preview = new Preview(settings, page);
    return preview;
  }

  get url(): string {
    return this.#page.url;
  }

  /** The text may have changed: draws again, once more if it changes meanwhile. */
  async update(): Promise<void> {
    if (!this.#page.isShown) return;
    if (this.#state !== "idle") {
      this.#state = "changed";
      return;
    }
    do {
      this.#state = "drawing";
      await this.#attempt(() => this.#draw());
    } while (this.#isChanged);
    this.#state = "idle";
  }

  /** Shows the costs as far as they are counted. */
  showCosts(): void {
    const { workspace, path } = this.#settings;
    const known = workspace.costs.of(path);
    if (known) this.#send("costs", { html: costSection(known), isEarlier: known.of === "earlier" });
  }

  /** The cursor is at an offset of the text. */
  select(path: string, offset: number): void {
    const [id = ""] =
      [...(this.#picture?.spans ?? [])].find(
        ([, { file, start, end }]) => file === path && start <= offset && offset <= end,
      ) ?? [];
    this.#send("selected", id);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#page.close();
  }

  get #isChanged(): boolean {
    return this.#state === "changed";
  }

  async #attempt(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.#settings.onError(error);
    }
  }

  async #draw(): Promise<void> {
    const { workspace, path } = this.#settings;
    const picture = await drawPicture(workspace, path);
    this.#picture = picture ?? this.#picture;
    const errors = workspace.compile(path, "everything").diagnostics.filter(({ severity }) => severity === "error");
    this.#send("picture", {
      title: this.#picture?.title,
      svg: this.#picture?.svg,
      nodes: this.#picture?.nodes ?? [],
      edges: this.#picture?.edges ?? [],
      problems: errors.slice(0, mostProblems).map(({ at, message }) => `${lineOf(workspace, at)}: ${message}`),
      isEarlier: picture === undefined,
    });
    this.showCosts();
  }

  #clicked(message: unknown): void {
    const id = typeof message === "object" && message !== null && "selected" in message ? message.selected : undefined;
    const span = typeof id === "string" ? this.#picture?.spans.get(id) : undefined;
    if (span) this.#settings.onClick(span);
  }

  /** Shows the run anew if it has logged something. */
  async #look(): Promise<void> {
    if (!this.#page.isShown) return;
    this.showCosts();
    this.#run = this.#looks % looksAtRun === 0 || !this.#run ? this.#chosenRun() : this.#run;
    this.#looks += 1;
    const stamp = this.#run ? `${this.#run.path} ${stampOf(this.#run)}` : "";
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    // Charts need packages that a picture does not.
    const { runSection } = await import("./run-section.ts");
    this.#send("run", { html: this.#run ? await runSection(this.#run) : "" });
  }

  #chosenRun(): FoundRun | undefined {
    const { workspace, path, run } = this.#settings;
    if (run !== undefined) return { name: run, path: run };
    const model = workspace.compile(path, "shapes").specification?.model.name;
    return model === undefined ? this.#run : newestRun(path, model);
  }

  /** A window that opens later is sent the last event of each name; one that repeats it is not sent. */
  #send(name: string, data: unknown): void {
    if (JSON.stringify(this.#last.get(name)?.data) === JSON.stringify(data)) return;
    const event = { name, data };
    this.#last.set(name, event);
    this.#page.send(event);
  }
}
