/** Paths of the operating system. */
export { basename, dirname, extname, isAbsolute, join, normalize, posix, relative, resolve, sep } from "node:path";
