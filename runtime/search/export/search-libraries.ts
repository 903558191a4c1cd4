/** Python libraries for which a search is written as a script. */
export const searchLibraries = ["optuna", "ray"] as const;

export type SearchLibrary = (typeof searchLibraries)[number];
