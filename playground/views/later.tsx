import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

/** A view whose code is loaded when it is first shown. */
export function later(load: () => Promise<ComponentType>): ComponentType {
  return function Later() {
    const [loaded, setLoaded] = useState<{ readonly View: ComponentType }>();
    useEffect(() => void load().then((View) => setLoaded({ View })), []);
    return loaded ? <loaded.View /> : <></>;
  };
}
