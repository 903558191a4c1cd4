import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { sidesExample } from "../sides.ts";
import { tonesExample, wavOfTone } from "../tones.ts";
import { describePlayground, minutes, train, violations } from "./playground.ts";

const folder = mkdtempSync(join(tmpdir(), "mtl-captured-"));
afterAll(() => rm(folder, { recursive: true, force: true }));
const video = join(folder, "camera.y4m");
const sound = join(folder, "microphone.wav");
writeFileSync(video, brightRight(64));
writeFileSync(sound, wavOfTone(2100, 4));

/** A video of two pictures whose right half is bright. */
function brightRight(size: number): Buffer {
  const brightness = Buffer.from(Array.from({ length: size * size }, (_, at) => (at % size < size / 2 ? 20 : 220)));
  const colours = Buffer.alloc((size * size) / 2, 128);
  const frame = [Buffer.from("FRAME\n"), brightness, colours];
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${size} H${size} F10:1 Ip A1:1 C420jpeg\n`), ...frame, ...frame]);
}

const options = [
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  `--use-file-for-fake-video-capture=${video}`,
  `--use-file-for-fake-audio-capture=${sound}`,
];

const examples = async () => [await sidesExample(), tonesExample()];

const answer = (page: Page, task: string, text: string) =>
  page.getByRole("region", { name: `Prediction of ${task}` }).locator(".answer", { hasText: text });

describePlayground("a prediction", { options, examples }, (playground) => {
  test(
    "is made of a picture from the camera",
    async () => {
      const page = await playground.openExample(await sidesExample());
      await train(page);
      await page.getByRole("tab", { name: "Try" }).click();
      await page.getByRole("button", { name: "Camera" }).click();
      await page.waitForFunction("document.querySelector('video')?.videoWidth > 0");
      expect(await violations(page)).toEqual([]);
      await page.getByRole("button", { name: "Take the picture" }).click();
      await answer(page, "side", "right").waitFor();
      await page.close();
    },
    2 * minutes,
  );

  test(
    "is made of a row of the data, and of another one",
    async () => {
      const page = await playground.openExample(await sidesExample());
      await train(page);
      await page.getByRole("tab", { name: "Try" }).click();
      await page.getByRole("button", { name: "A row of the data" }).click();
      const place = page.locator(".row-of-data .note", { hasText: /^data\/sides\.jsonl, row \d+$/u });
      await place.waitFor();
      const first = await place.innerText();
      await answer(page, "side", Number(/\d+$/u.exec(first)) % 2 === 1 ? "left" : "right").waitFor();
      expect(await violations(page)).toEqual([]);
      await page.getByRole("button", { name: "Another row" }).click();
      await page.waitForFunction(
        `document.querySelector(".row-of-data .note").textContent !== ${JSON.stringify(first)}`,
      );
      await page.close();
    },
    2 * minutes,
  );

  test(
    "is made of a sound from the microphone",
    async () => {
      const page = await playground.openExample(tonesExample());
      await train(page);
      await page.getByRole("tab", { name: "Try" }).click();
      await page.getByRole("button", { name: "Record" }).click();
      await page.getByRole("button", { name: "Stop recording" }).waitFor();
      await page.waitForTimeout(1500);
      await page.getByRole("button", { name: "Stop recording" }).click();
      await answer(page, "height", "high").waitFor();
      expect(await violations(page)).toEqual([]);
      await page.close();
    },
    2 * minutes,
  );
});
