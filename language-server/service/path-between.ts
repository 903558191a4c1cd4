/** The path from the folder of one file to another, with `/` on every system. */
export function pathBetween(from: string, to: string): string {
  const [folders, target] = [from.split(/[/\\]/u).slice(0, -1), to.split(/[/\\]/u)];
  let common = 0;
  while (common < folders.length && common < target.length - 1 && folders[common] === target[common]) common += 1;
  return [...folders.slice(common).map(() => ".."), ...target.slice(common)].join("/");
}
