/** Values as bytes that give the same values again: lists, objects and bytes in each other, and numbers to the bit. */
export { deserialize, serialize } from "node:v8";
