import { piecesOf } from "../editor/markdown.ts";

/** A sentence of the service, whose code is shown as code. */
export function Prose({ text }: { readonly text: string }) {
  return <>{piecesOf(text).map(({ tag: Tag, text: piece }) => (Tag ? <Tag>{piece}</Tag> : piece))}</>;
}
