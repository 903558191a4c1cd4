import type { ResolvedSpecification } from "../schema/resolved.ts";

type Declared = Pick<ResolvedSpecification, "modalities">;

/** The modality whose options and preprocessing a modality has: the one that it is read like, else itself. */
export function readLike({ modalities }: Declared, name: string): string {
  return modalities[name]?.like ?? name;
}

/** The modalities that are read like one, itself first: what is learnt for one of them is learnt from the values of all. */
export function modalitiesLike({ modalities }: Declared, name: string): readonly string[] {
  return [name, ...Object.keys(modalities).filter((other) => modalities[other]?.like === name)];
}
