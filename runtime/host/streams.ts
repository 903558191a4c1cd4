export { Readable, createInterface } from "node:zlib";
