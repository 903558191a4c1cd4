export const predictionFormats = ["jsonl", "csv", "parquet"] as const;
export type PredictionFormat = (typeof predictionFormats)[number];

/** The format of a file, by the extension of its name. */
export function formatOfName(name: string): PredictionFormat | undefined {
  const ending = /\.(\w+)$/.exec(name.toLowerCase())?.[1];
  return ending === "ndjson" ? "jsonl" : predictionFormats.find((format) => format === ending);
}
