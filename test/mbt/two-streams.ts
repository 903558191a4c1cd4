/** Width of the streams: a task whose target has so many classes can take a class token itself as its scores. */
export const width = 4;

/** Two streams with class tokens, of 3 + 1 and 4 + 1 tokens. */
export const twoStreams = `
modality a: tensor([3, 5])
modality b: tensor([4, 6])
stream left = a -> linear(${width}) -> with_cls -> positions
stream right = b -> linear(${width}) -> with_cls -> positions
`;

/** Tasks whose predictions are the class tokens of the fusion `met`. */
export const classTokens = `
task of_left { from: met.left.cls  target: category("y", classes: ${width}) }
task of_right { from: met.right.cls  target: category("y", classes: ${width}) }
`;

/** `fusion met = BLOCK(left, right) { … }`, with the tasks that show its class tokens. */
export function fused(block: string, options: string): string {
  return `${twoStreams}fusion met = ${block}(left, right) { heads: 2  ${options} }${classTokens}`;
}
