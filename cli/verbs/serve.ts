import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { Option } from "commander";
import { UserError } from "../../runtime/user-error.ts";
import { type EngineOptions, addEngineOptions, collect, given, wholeNumber } from "../options.ts";
import type { Session, VerbOf } from "../verb.ts";

interface ServeVerbOptions extends EngineOptions {
  readonly host: string;
  readonly port: number;
  readonly files?: string;
  readonly tokenFile?: string;
  readonly cors?: readonly string[];
  readonly against?: readonly string[];
  readonly batch: number;
  readonly patience: number;
  readonly queue: number;
  readonly maxBody: number;
  readonly timeout: number;
  readonly follow: boolean;
  readonly log: "requests" | "none";
}

export const serve: VerbOf<ServeVerbOptions> = {
  name: "serve",
  summary:
    "Answer predictions of trained runs over HTTP: /predict, the Open Inference Protocol v2, and a page to try it.",
  examples: [
    ["mtl serve runs/model-0001", "prints the address; ends with Ctrl-C or SIGTERM, when open requests are answered"],
    ["mtl serve prices=runs/a-0003 names=runs/b-0001 --port 9000", "several runs, each with the name of its model"],
    ["mtl serve runs/model-0001 --host 0.0.0.0 --token-file token.txt", "for other machines, who need the token"],
    ["mtl serve runs/model-0001 --against drawings.safetensors", "ranks candidates that mtl predict --index has kept"],
  ],
  configure: (command) =>
    addEngineOptions(command)
      .argument("<runs...>", "run folders, or their model/ alone; NAME=RUN names the model in addresses")
      .option("--host <address>", "address to listen at; by default only this machine can ask", "127.0.0.1")
      .option("--port <port>", "port; 0 for any free one", port, 8080)
      .option(
        "--files <folder>",
        "let requests name files in this folder; by default they send the bytes, and no file is read",
      )
      .option(
        "--token-file <path>",
        "file with the token that requests must send (Authorization: Bearer …); also set by the variable MTL_SERVE_TOKEN",
      )
      .option(
        "--cors <origin>",
        "an origin whose pages may ask, such as https://app.example; may be repeated",
        (text: string, before: readonly string[] | undefined) => collect(origin(text), before),
      )
      .option(
        "--against <table>",
        "candidates that /rank ranks: a table, or a file of mtl predict --index; with several runs NAME=TABLE; may be repeated",
        collect,
      )
      .option("--batch <number>", "examples that are predicted together, at most", wholeNumber({ least: 1 }), 32)
      .option("--patience <milliseconds>", "time that an example waits for others", wholeNumber({ least: 0 }), 0)
      .option("--queue <number>", "examples that may wait; more are refused with 503", wholeNumber({ least: 1 }), 512)
      .option("--max-body <megabytes>", "size of a request's body, at most", wholeNumber({ least: 1 }), 8)
      .option("--timeout <seconds>", "time for an answer, after which it is 504", wholeNumber({ least: 1 }), 30)
      .option("--no-follow", "do not load a run again when it has ended or was trained on")
      .addOption(
        new Option("--log <what>", "a line of JSON on stderr for each request, or none")
          .choices(["requests", "none"])
          .default("requests"),
      ),
  async run(session, runs, options) {
    const { cwd } = session.io;
    const { host, engine, threads, batch, patience, queue, maxBody, timeout, follow, log } = options;
    const files = options.files === undefined ? undefined : resolve(cwd, options.files);
    if (files !== undefined && !isFolder(files))
      throw new UserError(
        "usage",
        `There is no folder "${options.files}".`,
        "Name the folder whose files requests may name.",
      );
    const token = tokenOf(session, options.tokenFile);
    const [{ serve: startServing }, { namedRuns }] = await Promise.all([
      import("../../serving/serve.ts"),
      import("../../serving/models/named-runs.ts"),
    ]);
    const served = await startServing({
      runs: await namedRuns(runs, options.against ?? [], cwd),
      host,
      port: options.port,
      limits: { batch, patience, waiting: queue, bodyBytes: maxBody * 2 ** 20, answerSeconds: timeout },
      ...given("engine", engine),
      ...given("threads", threads),
      ...given("files", files),
      ...given("token", token),
      ...given("origins", options.cors),
      ...(follow ? {} : { followSeconds: 0 }),
      ...(log === "requests" ? { log: { write: (line: string) => void session.io.stderr.write(line) } } : {}),
    });
    session.print(`${served.url}\n`);
    if (token === undefined && !served.isLocal)
      session.warn("Everyone who reaches this address may ask: no token is set. --token-file sets one.");
    for (const { name, version } of served.models.all) session.note(`${name}, version ${version}`);
    const reload = (): void => void served.reload();
    process.on("SIGHUP", reload);
    await new Promise((done) => process.once("SIGINT", done).once("SIGTERM", done));
    process.off("SIGHUP", reload);
    session.note("Ending: open requests are answered.");
    await served.close();
    return 0;
  },
};

function port(text: string): number {
  if (/^\d{1,5}$/u.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UserError("usage", `"${text}" is no port.`, "Give a number from 0 to 65535.");
}

function origin(text: string): string {
  if (URL.canParse(text) && new URL(text).origin === text) return text;
  throw new UserError(
    "usage",
    `"${text}" is no origin of pages.`,
    "Give scheme, host and port as browsers send them, without a path: https://app.example or http://localhost:5173.",
  );
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** A token in an argument would be seen by every user of the machine. */
function tokenOf({ io }: Session, file: string | undefined): string | undefined {
  const token = (file === undefined ? io.env["MTL_SERVE_TOKEN"] : textOf(resolve(io.cwd, file), file))?.trim();
  if (token === undefined || (token === "" && file === undefined)) return undefined;
  if (/^\S{16,}$/u.test(token)) return token;
  throw new UserError(
    "usage",
    "The token has fewer than 16 characters, or white space.",
    "Make one, for example by: openssl rand -hex 32",
  );
}

function textOf(path: string, named: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new UserError("usage", `The file "${named}" cannot be read.`, "Name a file with the token.", { cause });
  }
}
