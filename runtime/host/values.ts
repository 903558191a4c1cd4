/** Serializes values so that they can be restored exactly: nested lists, objects and bytes, and numbers bit by bit. */
export { deserialize, serialize } from "node:v8";
