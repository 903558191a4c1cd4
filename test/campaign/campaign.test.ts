import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { campaigns } from "../../campaign/campaigns.ts";
import { build } from "../built.ts";

const minutes = 60_000;
let dist = "";

beforeAll(() => {
  dist = build("campaign-test-dist");
});

// The numbers of trials are as high as the time of a pull request allows. `npm run campaign -- NAME 1000` runs more.
test.each(campaigns.map(({ name, promise, quick }) => [name, promise, quick] as const))(
  "%s: %s",
  (name, _, quick) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(dist, "campaign", "main.js"), name, String(quick), "--seed", "1"],
      { encoding: "utf8" },
    );
    expect({ status, stdout, stderr }).toMatchObject({ status: 0, stdout: expect.stringContaining("0 failures") });
  },
  8 * minutes,
);
