import { argv } from "node:process";
import { prepareTexts } from "./texts.ts";

// Before training `examples/mt_dnn.mtl`: node prepare-texts.js FOLDER.
const [, , folder] = argv;
if (folder === undefined) throw new Error("name the folder that the tables go to");
await prepareTexts(folder);
