/** Paths of files in memory, which have `/` between their parts. */
export { basename, dirname, extname, isAbsolute, join, normalize, posix, relative, resolve, sep } from "pathe";
