import { Boxed } from "../values/boxed.tsx";
import { regionsOf } from "../values/regions-of.ts";
import type { InputSettings } from "./input-of.tsx";
import { JsonInput } from "./json-input.tsx";

/** The regions that a detector has found in a picture: their boxes are drawn, and written as JSON with their features. */
export function RegionsInput(settings: InputSettings<"regions">) {
  const boxes = regionsOf(settings.value);
  const drawn = boxes.map((box, index) => ({ box, name: String(index + 1), kind: "other" as const }));
  return (
    <>
      {boxes.length > 0 ? <Boxed boxes={drawn} label={settings.name} /> : undefined}
      <JsonInput {...settings} placeholder={'{ "features": [[…], …], "boxes": [[left, top, right, bottom], …] }'} />
    </>
  );
}
