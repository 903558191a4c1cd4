import type { LanguageFn } from "highlight.js";

/** The language mtl: `hljs.registerLanguage("mtl", mtl)`. */
declare const mtl: LanguageFn;
export default mtl;
