/** The part of autocannon that is used here; the package has no types. */
declare module "autocannon" {
  interface CannonRequest {
    readonly method: "POST";
    readonly path: string;
    readonly headers: { readonly [name: string]: string };
    readonly body: string;
  }
  interface CannonOptions {
    readonly url: string;
    readonly connections: number;
    readonly requests: readonly CannonRequest[];
    /** The number of requests; without it, as many as fit in `duration`. */
    readonly amount?: number;
    /** Seconds. */
    readonly duration?: number;
  }
  interface CannonResult {
    readonly duration: number;
    readonly errors: number;
    readonly non2xx: number;
    readonly requests: { readonly total: number };
    /** Milliseconds. */
    readonly latency: { readonly p50: number; readonly p99: number; readonly max: number };
  }
  export default function autocannon(options: CannonOptions): Promise<CannonResult>;
}
