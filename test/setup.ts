import { configureGlobal } from "fast-check";

// The same examples are tried in every run, so that a change is blamed for what it broke; SEED=2 looks elsewhere.
configureGlobal({ seed: Number(process.env.SEED ?? 1) });
