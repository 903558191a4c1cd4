/** Imports a package that is only needed by what a user chooses. `code` of the error is `ERR_MODULE_NOT_FOUND` if it is not there. */
export const importOptional = (specifier: string): Promise<unknown> => import(specifier);

/** The host that runs this: engines and decoders differ by it. */
export const hostName: "node" | "browser" = "node";
