import { View, parse } from "vega";
import { type TopLevelSpec, compile } from "vega-lite";

export interface GrowthPoint {
  readonly what: string;
  readonly value: number;
  readonly milliseconds: number;
  readonly megabytes: number;
}

/**
 * Draws two rows of panels, time above memory, with a column for each quantity that grows. Both axes are logarithmic,
 * so that a straight line is a power.
 */
export function growthPlot(points: readonly GrowthPoint[]): Promise<string> {
  const quantities = { milliseconds: "milliseconds a step", megabytes: "megabytes above idle" };
  const panel = (field: keyof typeof quantities, what: string) => ({
    width: 150,
    height: 150,
    data: { values: points.filter((point) => point.what === what) },
    mark: { type: "line" as const, point: true },
    encoding: {
      x: {
        field: "value",
        type: "quantitative" as const,
        title: what,
        scale: { type: "log" as const, base: 2 },
        axis: { grid: false },
      },
      y: { field, type: "quantitative" as const, title: quantities[field], scale: { type: "log" as const, base: 2 } },
    },
  });
  const row = (field: keyof typeof quantities) => ({
    hconcat: [...new Set(points.map(({ what }) => what))].map((what) => panel(field, what)),
  });
  const spec: TopLevelSpec = { background: "white", vconcat: [row("milliseconds"), row("megabytes")] };
  return new View(parse(compile(spec).spec), { renderer: "none" }).toSVG();
}
