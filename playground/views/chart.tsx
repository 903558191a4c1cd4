import type { Bands, Chart, ChartFrame, Curves } from "../../runtime/report/chart.ts";
import { lookOf, seriesOf } from "../../runtime/report/series-look.ts";
import { ticksOf } from "../state/ticks.ts";

/** The drawing's size in its own units; it is as wide as the column that it is in. */
const width = 440;
const height = 190;
const margin = { left: 44, right: 10, top: 8, bottom: 24 } as const;
const right = width - margin.right;
const bottom = height - margin.bottom;

interface Scales {
  readonly x: (step: number) => number;
  readonly y: (value: number) => number;
  readonly ticks: readonly number[];
  readonly format: (value: number) => string;
}

/** A chart of a run that is still going on. It is drawn as SVG without a library, because it is drawn anew several times a second. */
export function ChartView({ chart, frame }: { readonly chart: Chart; readonly frame: ChartFrame }) {
  const scales = scalesOf(chart, frame);
  const series = seriesOf(chart, frame);
  return (
    <figure class="chart">
      <figcaption title={chart.note}>{chart.label}</figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={spoken(chart, series)}>
        <Axes scales={scales} frame={frame} />
        {chart.kind === "bands" ? <BandShapes chart={chart} scales={scales} frame={frame} /> : undefined}
        {chart.kind === "curves" ? <Lines chart={chart} scales={scales} frame={frame} series={series} /> : undefined}
      </svg>
      {series.length > 1 ? <Legend series={series} frame={frame} /> : undefined}
    </figure>
  );
}

function scalesOf(chart: Chart, { steps }: ChartFrame): Scales {
  const isShare = chart.kind === "bands" || chart.unit === "share";
  const values = chart.kind === "bands" ? [] : chart.points.map(({ value }) => value);
  const ticks = isShare ? [0, 0.25, 0.5, 0.75, 1] : ticksOf(Math.min(...values), Math.max(...values));
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  return {
    ticks,
    x: (step) => margin.left + ((right - margin.left) * step) / Math.max(1, steps),
    y: (value) => bottom - ((bottom - margin.top) * (value - low)) / (high - low || 1),
    format: (value) => (isShare ? `${Math.round(100 * value)} %` : String(Number(value.toPrecision(3)))),
  };
}

function Axes({ scales, frame }: { readonly scales: Scales; readonly frame: ChartFrame }) {
  const steps = ticksOf(0, frame.steps).filter((step) => Number.isInteger(step) && step <= frame.steps);
  return (
    <g class="axes">
      {scales.ticks.map((value) => (
        <g key={value}>
          <line x1={margin.left} x2={right} y1={scales.y(value)} y2={scales.y(value)} />
          <text x={margin.left - 6} y={scales.y(value) + 4} text-anchor="end">
            {scales.format(value)}
          </text>
        </g>
      ))}
      {steps.map((step) => (
        <text key={step} x={scales.x(step)} y={height - 6} text-anchor="middle">
          {step.toLocaleString("en")}
        </text>
      ))}
      {frame.begins.map((step) => (
        <line class="stage" key={step} x1={scales.x(step)} x2={scales.x(step)} y1={margin.top} y2={bottom} />
      ))}
    </g>
  );
}

interface Drawn<Shape> {
  readonly chart: Shape;
  readonly scales: Scales;
  readonly frame: ChartFrame;
}

function Lines({ chart, scales, frame, series }: Drawn<Curves> & { readonly series: readonly string[] }) {
  return (
    <g>
      {series.map((each) => {
        const points = chart.points.filter((point) => point.series === each);
        const { colour, dashes } = lookOf(each, frame.tasks);
        const [only] = points;
        if (points.length === 1 && only)
          return <circle key={each} cx={scales.x(only.step)} cy={scales.y(only.value)} r="3" fill={colour} />;
        const places = points.map(({ step, value }) => `${scales.x(step).toFixed(1)},${scales.y(value).toFixed(1)}`);
        return <polyline key={each} points={places.join(" ")} stroke={colour} stroke-dasharray={dashes.join(" ")} />;
      })}
    </g>
  );
}

function BandShapes({ chart, scales, frame }: Drawn<Bands>) {
  return (
    <g>
      {chart.shares.map(({ task, from, to, low, high }) => (
        <rect
          key={`${task} ${from}`}
          x={scales.x(from)}
          width={Math.max(0.5, scales.x(to) - scales.x(from))}
          y={scales.y(high)}
          height={scales.y(low) - scales.y(high)}
          fill={lookOf(task, frame.tasks).colour}
          fill-opacity="0.75"
        />
      ))}
    </g>
  );
}

function Legend({ series, frame }: { readonly series: readonly string[]; readonly frame: ChartFrame }) {
  return (
    <ul class="legend">
      {series.map((each) => (
        <li key={each}>
          <i style={{ background: lookOf(each, frame.tasks).colour }} />
          {each}
        </li>
      ))}
    </ul>
  );
}

/** The last value of each curve, for a reader who does not see it. */
function spoken(chart: Chart, series: readonly string[]): string {
  if (chart.kind === "bands") return chart.label;
  const last = series.map((each) => {
    const value = chart.points.findLast((point) => point.series === each)?.value;
    return `${each} ${value === undefined ? "" : Number(value.toPrecision(3))}`;
  });
  return `${chart.label}: ${last.join(", ")}`;
}
