/** Takes the position of `sharp`, which is native, in the server that comes with the extension. */
function noPictures(): never {
  throw new Error("The server of the extension reads no pictures: install mtl in the workspace.");
}

/** These are used when a module is loaded. */
export default Object.assign(noPictures, { cache: () => {}, concurrency: () => {}, versions: { sharp: "none" } });
