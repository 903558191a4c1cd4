import { expect, test } from "vitest";
import { sidesExample } from "../sides.ts";
import { checked, describePlayground, minutes, textOf, train } from "./playground.ts";

describePlayground("the playground", { examples: async () => [await sidesExample()] }, (playground) => {
  test(
    "opens, checks and trains without its server, once it was loaded",
    async () => {
      const page = await playground.openExample(await sidesExample());
      const text = await textOf(page);
      // It keeps what it needs as soon as it has nothing else to do.
      const missing = (): Promise<readonly string[]> =>
        page.evaluate(`(async () => {
          const files = [...(await (await fetch("files.json")).json()), "data/index.json", "data/sides/data.zip"];
          const kept = await Promise.all(files.map((file) => caches.match(file)));
          return files.filter((_, index) => kept[index] === undefined);
        })()`);
      await expect.poll(missing, { timeout: minutes, interval: 300 }).toEqual([]);
      await playground.site.close();
      await page.context().setOffline(true);
      await page.reload();
      // The page before may have been loading when the server went away.
      playground.complaints.splice(0);
      await checked(page);
      expect(await textOf(page)).toBe(text);
      expect(Number(await train(page))).toBeLessThan(1);
      await page.close();
    },
    3 * minutes,
  );
});
