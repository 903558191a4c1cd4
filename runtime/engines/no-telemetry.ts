import { isMainThread, process } from "../host/machine.ts";

/** The variable that ONNX Runtime's native library reads when it is loaded, and never after. */
const variable = "ORT_DISABLE_TELEMETRY";

/**
 * ONNX Runtime's native library, from 1.30 on, reports the device, its memory and the names of the graphs that it runs, which are names of
 * tasks, to its makers: it keeps a queue in the user's cache folder and sends it when it can. It does so here only for someone who asks for it
 * by `ORT_DISABLE_TELEMETRY=0`. To be called before the library is loaded.
 */
export function turnTelemetryOff(): void {
  process.env[variable] ??= "1";
}

/**
 * Whether the library will see what the environment says. A worker thread has a copy of its own, which a library never sees, so what counts
 * there is what it was given when it was started; `given` is taken before anything is changed.
 */
export function isTelemetryDecided(): boolean {
  return isMainThread || given !== undefined;
}

const given = process.env[variable];
