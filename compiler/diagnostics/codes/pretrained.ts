import { define } from "../define.ts";

/** Starts from networks that other programs trained. */
export const pretrained = {
  no_mapped_network: define<{
    stage: string;
    map: string;
    /** The network that is most like it, and how it differs. */
    nearest?: { readonly network: string; readonly difference: string; readonly cure: string } | undefined;
    /** A block that computes such a network. */
    encoder: string;
  }>({
    code: "MTL5110",
    severity: "error",
    message: ({ stage, map, nearest }) =>
      nearest
        ? `The network \`${nearest.network}\` of the stage "${stage}" is not as in \`${map}\`: ${nearest.difference}.`
        : `The stage "${stage}" has no network with the weights of \`${map}\`.`,
    help: ({ map, nearest, encoder }) =>
      nearest
        ? `It needs ${nearest.cure}.`
        : `Declare one by \`${encoder}\`, or choose another map than \`as: ${map}\`, or none.`,
  }),
  within_what: define({
    code: "MTL5111",
    severity: "error",
    message: () => "`within` chooses a network among those of a map, and no map is named.",
    help: () => "Name the map, as in `as: bert`, or use `rename` alone.",
  }),
};
