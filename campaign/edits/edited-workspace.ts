import { createMemoryHost } from "../../compiler/host.ts";
import { levels } from "../../compiler/level.ts";
import { Workspace } from "../../language-server/service/workspace.ts";
import type { Random } from "../random.ts";
import { changeKinds, changeText } from "./change-text.ts";

/** The texts of files on disk, and those of the documents that an editor has open. */
interface State {
  readonly onDisk: Map<string, string>;
  readonly open: Map<string, string>;
}

/** A workspace that is edited for a long time, and what a new one with the same files would be. */
export class EditedWorkspace {
  readonly workspace: Workspace;
  readonly #original: ReadonlyMap<string, string>;
  readonly #state: State;

  constructor(files: Readonly<Record<string, string>>) {
    this.#original = new Map(Object.entries(files));
    this.#state = { onDisk: new Map(this.#original), open: new Map() };
    this.workspace = workspaceOf(this.#state);
  }

  get paths(): readonly string[] {
    return [...new Set([...this.#original.keys(), ...this.#state.onDisk.keys(), ...this.#state.open.keys()])];
  }

  /** A workspace of the same files that has no history. */
  anew(): Workspace {
    const workspace = workspaceOf(this.#state);
    for (const [path, text] of this.#state.open) workspace.set(path, text);
    return workspace;
  }

  /** Does what a user, an editor or another program may do, and says what that was. */
  act(random: Random): string {
    const action = random.of(actions);
    const path = random.of(this.paths);
    this[action](path, random);
    return `${action} ${path}`;
  }

  edit(path: string, random: Random): void {
    const { onDisk, open } = this.#state;
    const change = { kind: random.of(changeKinds), at: random.next(), with: random.next() };
    open.set(path, changeText(open.get(path) ?? onDisk.get(path) ?? "", change));
    this.workspace.set(path, open.get(path) ?? "");
  }

  /** An editor asks for something that needs only a part of a compilation. */
  look(path: string, random: Random): void {
    this.workspace.compile(path, random.of(levels));
  }

  undo(path: string): void {
    const text = this.#original.get(path) ?? "";
    this.#state.open.set(path, text);
    this.workspace.set(path, text);
  }

  save(path: string): void {
    const text = this.#state.open.get(path);
    if (text === undefined) return;
    this.#state.onDisk.set(path, text);
    this.workspace.refresh(path);
  }

  close(path: string): void {
    this.#state.open.delete(path);
    this.workspace.close(path);
  }

  /** Another program writes the file as it was at first. */
  restore(path: string): void {
    this.#state.onDisk.set(path, this.#original.get(path) ?? "");
    this.workspace.refresh(path);
  }

  delete(path: string): void {
    this.#state.onDisk.delete(path);
    this.close(path);
  }

  rename(path: string): void {
    const text = this.#state.onDisk.get(path);
    const renamed = path.startsWith("other-") ? path.slice("other-".length) : `other-${path}`;
    if (text === undefined) return;
    this.delete(path);
    this.#state.onDisk.set(renamed, text);
    this.workspace.refresh(renamed);
  }
}

const actions = [
  ...(["edit", "edit", "edit", "edit", "edit", "edit", "edit", "edit", "undo", "undo", "look", "look"] as const),
  ...(["save", "close", "restore", "restore", "delete", "rename"] as const),
] as const;

function workspaceOf({ onDisk }: State): Workspace {
  return new Workspace({
    ...createMemoryHost({}),
    readFile: (path) => onDisk.get(path),
    exists: (path) => onDisk.has(path),
    specifications: () => [...onDisk.keys()],
  });
}
