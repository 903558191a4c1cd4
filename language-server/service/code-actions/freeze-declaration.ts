import type { StageDeclaration } from "../../../grammar/ast.ts";
import type { CodeActionSource, Selection } from "./code-action.ts";
import { optionAdded, optionNamed } from "./options.ts";
import { inserted, replaced } from "./snippets.ts";
import { headedDeclaration } from "./surroundings.ts";

/** The weights of a stream, fusion or layer are frozen in a stage. */
export const freezeDeclaration: CodeActionSource = {
  name: "freeze-declaration",
  kind: "refactor.rewrite",
  find(selection) {
    const declaration = headedDeclaration(selection);
    if (declaration?.kind !== "Stream" && declaration?.kind !== "Fusion" && declaration?.kind !== "Layer") return [];
    const name = declaration.name.name;
    const pattern = `"${name}.**"`;
    return stagesOf(selection).flatMap((stage) => {
      const frozen = optionNamed(stage, "freeze")?.value;
      if (frozen && frozen.kind !== "List") return [];
      const items = frozen?.items ?? [];
      if (items.some((item) => item.kind === "String" && item.value === `${name}.**`)) return [];
      const last = items.at(-1);
      const edit = last
        ? inserted(selection.path, last.span.end, `, ${pattern}`)
        : optionAdded(selection, stage, `freeze: [${pattern}]`);
      return [{ title: `Freeze \`${name}\` in the stage \`${stage.name.name}\``, edits: [edit] }];
    });
  },
};

/** A stage no longer freezes what the pattern at the cursor names. */
export const unfreeze: CodeActionSource = {
  name: "unfreeze",
  kind: "refactor.rewrite",
  find(selection) {
    const { nodes, analysis, path } = selection;
    const pattern = nodes.at(-1);
    const list = nodes.at(-2);
    const entry = nodes.at(-3);
    if (pattern?.kind !== "String" || list?.kind !== "List" || entry?.kind !== "Entry") return [];
    if (!("name" in entry.key) || entry.key.name !== "freeze") return [];
    const index = list.items.indexOf(pattern);
    const [before, after] = [list.items[index - 1], list.items[index + 1]];
    const span = before
      ? { file: path, start: before.span.end, end: pattern.span.end }
      : after
        ? { file: path, start: pattern.span.start, end: after.span.start }
        : { file: path, start: precedingSpace(analysis.text, entry.span.start), end: entry.span.end };
    return [{ title: `Train what \`${pattern.value}\` names again`, edits: [replaced(span, "")] }];
  },
};

function precedingSpace(text: string, offset: number): number {
  return text.slice(0, offset).trimEnd().length;
}

function stagesOf({ analysis }: Selection): readonly StageDeclaration[] {
  return analysis.tree.declarations.filter((each): each is StageDeclaration => each.kind === "Stage");
}
