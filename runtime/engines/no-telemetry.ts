import { isMainThread, process } from "../host/machine.ts";

/** An environment variable that ONNX Runtime's native library reads only when it is loaded. */
const variable = "ORT_DISABLE_TELEMETRY";

/**
 * Turns off the telemetry of ONNX Runtime's native library unless the user has set `ORT_DISABLE_TELEMETRY=0`. From
 * version 1.30 on, the library reports the device, its memory and the names of the graphs that it runs, which are names
 * of tasks; it keeps a queue in the user's cache folder and sends it when it can. To be called before the library is
 * loaded.
 */
export function turnTelemetryOff(): void {
  process.env[variable] ??= "1";
}

/**
 * Tells if the library will see the variable. A worker thread has a copy of the environment that a library never sees,
 * so that in a worker the value with which it was started counts; `given` is read before anything changes.
 */
export function isTelemetryDecided(): boolean {
  return isMainThread || given !== undefined;
}

const given = process.env[variable];
