/** One of the specifications that come with the page. */
export interface Example {
  readonly name: string;
  readonly title: string;
  /** The paper whose system it is, or what it is for. */
  readonly about: string;
  readonly group: "first steps" | "systems" | "more";
}

const entry = (name: string, title: string, about: string, group: Example["group"]): Example => ({
  name,
  title,
  about,
  group,
});

/** The examples in the order in which the page offers them. */
export const examples: readonly Example[] = [
  entry("digit_reader", "Digits", "A small convolutional network that reads handwritten digits.", "first steps"),
  entry("strikes", "Bird strikes", "A table of accidents, and four tasks that share what they know.", "first steps"),
  entry("mbt", "MBT", "Drawings and names of emoji, fused through attention bottlenecks.", "systems"),
  entry("perceiver", "Perceiver", "A picture read pixel by pixel through a few latents.", "systems"),
  entry("perceiver_io", "Perceiver IO", "Hidden letters of a text, decoded by queries.", "systems"),
  entry("mt_dnn", "MT-DNN", "One encoder of texts for four kinds of tasks.", "systems"),
  entry("ca_mtl", "CA-MTL", "Attention that is conditioned on the task.", "systems"),
  entry("unit", "UniT", "One decoder for boxes in pictures and for texts.", "systems"),
  entry("omninet", "OmniNet", "Captions, tags, questions and videos in one network.", "systems"),
  entry("twelve_in_one", "12-in-1", "Two streams of pictures and words, and tasks on both: ViLBERT.", "systems"),
  entry("m3p", "M3P", "Pictures and words in several languages.", "systems"),
  entry("hypergrid", "HyperGrid", "Gates for each task on shared layers.", "systems"),
  entry("madx", "AdapterHub", "Adapters for languages and for tasks, stacked: MAD-X.", "systems"),
  entry("adapters", "Adapters", "Small trained layers in a frozen encoder, and their fusion.", "more"),
  entry(
    "perceiver_io_modalities",
    "Perceiver IO, pictures and words",
    "Hidden parts of both, decoded together.",
    "more",
  ),
  entry("mt_dnn_distilled", "MT-DNN, distilled", "A student that learns from its teachers.", "more"),
  entry("hypergrid_text", "HyperGrid, text to text", "Every task as a generated text.", "more"),
  entry("clip", "CLIP", "Pictures and names that find each other.", "more"),
  entry("captioner", "Captions", "A frozen encoder, and a decoder that writes what it sees.", "more"),
  entry("pronounce", "Pronunciation", "Sounds of a word, one after the other.", "more"),
  entry("stop_and_go", "Stop and go", "A sampler that stops tasks which no longer learn.", "more"),
];

const texts = import.meta.glob<string>("../../examples/*.mtl", { query: "?raw", import: "default" });

export async function textOfExample(name: string): Promise<string | undefined> {
  return texts[`../../examples/${name}.mtl`]?.();
}
