/** Tells if the browser gives an adapter for WebGPU: a graphics processor, or what it has in place of one. */
export async function hasAdapter(): Promise<boolean> {
  const { navigator } = globalThis as unknown as {
    readonly navigator?: { readonly gpu?: { requestAdapter(): Promise<object | null> } };
  };
  return ((await navigator?.gpu?.requestAdapter()) ?? null) !== null;
}
