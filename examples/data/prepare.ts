import { argv } from "node:process";
import { prepareEmoji } from "./emoji.ts";

// `npm run quickstart` runs this before training: node prepare.js FOLDER.
const [, , folder] = argv;
if (folder === undefined) throw new Error("name the folder that the data set goes to");
await prepareEmoji(folder);
