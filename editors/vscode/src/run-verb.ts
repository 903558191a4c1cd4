import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import { commandOf } from "./find-mtl.ts";
import { found } from "./found.ts";
import { offerInstallation } from "./offer-installation.ts";

/** The verbs of mtl that commands, tasks and code lenses run in a terminal. */
export const terminalVerbs = ["check", "train", "smoke", "graph"] as const;
export type Verb = (typeof terminalVerbs)[number];

export interface VerbTask extends vscode.TaskDefinition {
  readonly type: "mtl";
  readonly verb: Verb;
  readonly file: string;
  readonly words?: readonly string[];
}

/** The task that runs a verb on a file, or `undefined` if no mtl is installed. */
export function taskOf(definition: VerbTask, folder: vscode.WorkspaceFolder | undefined): vscode.Task | undefined {
  const command = commandOf(found());
  const [program, ...first] = command ?? [];
  if (program === undefined) return undefined;
  const words = [...first, definition.verb, definition.file, ...(definition.words ?? [])];
  const quoted = words.map((value) => ({ value, quoting: vscode.ShellQuoting.Strong }));
  const execution = new vscode.ShellExecution(program, quoted, folder ? { cwd: folder.uri.fsPath } : {});
  const task = new vscode.Task(
    definition,
    folder ?? vscode.TaskScope.Workspace,
    `${definition.verb} ${basename(definition.file)}`,
    "mtl",
    execution,
    definition.verb === "check" ? ["$mtl"] : [],
  );
  if (definition.verb === "check") task.group = vscode.TaskGroup.Build;
  return task;
}

/**
 * Runs a verb in a terminal on the specification at a URI, or on that of the active editor. Code lenses may give further words of the command line, such as
 * `--stage` and a name.
 */
export async function runVerb(verb: Verb, uri?: string | vscode.Uri, ...words: readonly string[]): Promise<void> {
  const target =
    typeof uri === "string" ? vscode.Uri.parse(uri) : (uri ?? vscode.window.activeTextEditor?.document.uri);
  if (target?.scheme !== "file") {
    void vscode.window.showInformationMessage("Open and save a specification (a .mtl file) first.");
    return;
  }
  await vscode.workspace.openTextDocument(target).then((document) => document.save());
  const folder = vscode.workspace.getWorkspaceFolder(target);
  const picture = verb === "graph" ? join(tmpdir(), `${basename(target.fsPath, ".mtl")}.png`) : undefined;
  const output = picture === undefined ? [] : ["--output", picture];
  const task = taskOf({ type: "mtl", verb, file: target.fsPath, words: [...words, ...output] }, folder);
  if (!task) {
    await offerInstallation("it cannot be checked, drawn or trained in a terminal");
    return;
  }
  const execution = await vscode.tasks.executeTask(task);
  if (picture !== undefined) openAfter(execution, vscode.Uri.file(picture));
}

/** The specification that a command is about: the one that it is given, else that of the active editor. Without one it says what to do. */
export function specificationOf(uri: string | vscode.Uri | undefined): vscode.Uri | undefined {
  const target =
    typeof uri === "string" ? vscode.Uri.parse(uri) : (uri ?? vscode.window.activeTextEditor?.document.uri);
  if (target?.scheme === "file") return target;
  void vscode.window.showInformationMessage("Open and save a specification (a .mtl file) first.");
  return undefined;
}

/** Opens a file when the task that writes it has ended well. */
function openAfter(execution: vscode.TaskExecution, file: vscode.Uri): void {
  const listener = vscode.tasks.onDidEndTaskProcess(({ execution: ended, exitCode }) => {
    if (ended !== execution) return;
    listener.dispose();
    if (exitCode === 0) void vscode.commands.executeCommand("vscode.open", file, vscode.ViewColumn.Beside);
  });
}

/** Tasks for the specification of the active editor, and those of `tasks.json`. */
export const taskProvider: vscode.TaskProvider = {
  provideTasks() {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId !== "mtl" || document.uri.scheme !== "file") return [];
    const folder = vscode.workspace.getWorkspaceFolder(document.uri);
    const file = vscode.workspace.asRelativePath(document.uri, false);
    const tasks = (["check", "smoke", "train"] as const).map((verb) => taskOf({ type: "mtl", verb, file }, folder));
    return tasks.filter((task) => task !== undefined);
  },
  resolveTask({ definition, scope }) {
    const folder = typeof scope === "object" && "uri" in scope ? scope : undefined;
    return taskOf(definition as VerbTask, folder);
  },
};
