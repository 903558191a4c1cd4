/** The part of WebAssembly that loops of the host use; Node has it, but its types do not. */
interface WebAssemblyGlobal {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly host: { readonly memory: Memory } },
  ) => { readonly exports: { readonly run: LoopFunction } };
  readonly Memory: new (descriptor: { readonly initial: number }) => Memory;
}

export interface Memory {
  readonly buffer: ArrayBuffer;
}

export type LoopFunction = (bytes: number, ...numbers: readonly number[]) => void;

export const { Module, Instance, Memory } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyGlobal })
  .WebAssembly;
