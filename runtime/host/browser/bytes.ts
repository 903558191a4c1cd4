// The package has the name of a module of Node, so that its file is named.
import { Buffer as PortableBuffer } from "buffer/index.js";
import type * as node from "../bytes.ts";

/** The same class in plain JavaScript. */
export const Buffer = PortableBuffer as unknown as typeof node.Buffer;
export type Buffer = node.Buffer;
