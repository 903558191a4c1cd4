/** The specification has something that a module of PyTorch does not. The message is a whole sentence. */
export class NotExported extends Error {}
