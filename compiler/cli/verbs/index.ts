import type { Verb } from "../verb.ts";
import { check } from "./check.ts";
import { doctor } from "./doctor.ts";
import { explain } from "./explain.ts";
import { init } from "./init.ts";
import { version } from "./version.ts";

/** Every verb, in the order of `--help`. */
export const verbs: readonly Verb[] = [init, check, explain, doctor, version];
