import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { extname, join } from "node:path";
import { takeProcessLock } from "../../runtime/run/process-lock.ts";
import { Random } from "../random.ts";
import type { Campaign } from "../trial.ts";
import type { Order, Reply } from "./contender.ts";

const contenders = 6;
/** The time in which the order must reach all contenders before they begin. */
const leadMilliseconds = 4;

/** States of a lock before several processes try to take it. */
const beginnings: { readonly [name: string]: (path: string) => Promise<void> } = {
  "no lock": async () => undefined,
  "the lock of a process that has ended": async (path) => {
    mkdirSync(join(path, "1"), { recursive: true });
    writeFileSync(join(path, "1", "holder.json"), JSON.stringify({ pid: 2 ** 30, host: hostname() }));
  },
  "the lock of an earlier version": async (path) =>
    writeFileSync(path, JSON.stringify({ pid: 2 ** 30, host: hostname() })),
  "a lock that was released": async (path) => (await takeProcessLock(path)).release(),
  "an empty lock": async (path) => {
    mkdirSync(join(path, "1"), { recursive: true });
    writeFileSync(join(path, "1", "holder.json"), "");
  },
};

export const locks: Campaign = {
  name: "locks",
  quick: 4,
  promise:
    "six processes try to take the lock of a run at once: exactly one gets it, whatever state the lock was in, also if its last holder was killed",
  async run({ trials, seed, note }) {
    const random = new Random(seed);
    const folder = mkdtempSync(join(tmpdir(), "mtl-locks-"));
    const failures: string[] = [];
    let kills = 0;
    const group = Array.from({ length: contenders }, newContender);
    try {
      for (let trial = 0; trial < trials; trial++) {
        const path = join(folder, `${trial}.lock`);
        const beginning = random.of(Object.keys(beginnings));
        await beginnings[beginning]?.(path);
        // In most trials the winner of the first race is killed, so that the second race finds a stale lock.
        for (const race of ["first", "second"]) {
          const replies = await askAll(group, { take: path, at: Date.now() + leadMilliseconds });
          const winners = replies.flatMap((reply, index) => (reply === "won" ? [index] : []));
          if (winners.length !== 1 || replies.some((reply) => reply.startsWith("failed")))
            failures.push(`trial ${trial}, ${race} race for ${beginning}: ${replies.join(", ")}`);
          const [winner = 0] = winners;
          if (race === "first" && random.below(4) > 0) {
            group[winner]?.kill("SIGKILL");
            await once(group[winner] as ChildProcess, "exit");
            group[winner] = newContender();
            kills++;
          } else {
            await askAll(group, { release: true });
          }
        }
        rmSync(path, { recursive: true, force: true });
        if ((trial + 1) % 100 === 0) note(`${trial + 1} trials, ${failures.length} failures`);
      }
    } finally {
      for (const each of group) each.kill();
      rmSync(folder, { recursive: true, force: true });
    }
    return { failures, counts: { races: 2 * trials, kills } };
  },
};

function newContender(): ChildProcess {
  return fork(join(import.meta.dirname, `contender${extname(import.meta.filename)}`), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}

function askAll(group: readonly ChildProcess[], order: Order): Promise<readonly Reply[]> {
  return Promise.all(
    group.map(async (each) => {
      const reply = once(each, "message");
      each.send(order);
      return (await reply)[0] as Reply;
    }),
  );
}
