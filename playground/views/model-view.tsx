import { useEffect, useRef } from "preact/hooks";
import type { Picture } from "../../language-server/service/picture.ts";
import { type Shown, errorCount, picture, selectedNode, specification } from "../state/app-state.ts";
import { showDeclaration } from "../state/page.ts";

/** The picture of the model, which follows the text. A node leads to its declaration, and the cursor to its node. */
export function ModelView() {
  const shown = picture.value;
  if (!shown)
    return (
      <div class="empty" key="empty">
        <p>{errorCount.value > 0 ? "The picture is drawn when the text has no errors." : "Drawing …"}</p>
      </div>
    );
  return (
    <div class="model">
      <p class="lead">{specification.value?.model.title ?? shown.value.title}</p>
      <Drawing {...shown} />
      <p class="note" role="status">
        {shown.isEarlier && errorCount.value > 0 ? "The picture is of the text before its errors." : ""}
      </p>
    </div>
  );
}

function Drawing({ value, isEarlier }: Shown<Picture>) {
  const parent = useRef<HTMLDivElement>(null);
  const selected = selectedNode.value;
  useEffect(() => {
    if (parent.current) parent.current.innerHTML = value.svg;
  }, [value]);
  useEffect(() => {
    if (parent.current) mark(parent.current, value, selected);
  }, [value, selected]);
  const choose = (target: EventTarget | null): void => {
    const node = target instanceof Element ? target.closest(".node") : null;
    if (node) void showDeclaration(node.id);
  };
  return (
    <div
      class={isEarlier ? "picture earlier" : "picture"}
      ref={parent}
      role="group"
      aria-label={`Picture of ${value.title}`}
      onClick={({ target }) => choose(target)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose(event.target);
      }}
    />
  );
}

/** Makes each node a button, whose name is its text, and marks the selected one with everything that it is computed from. */
function mark(parent: HTMLElement, { nodes, edges }: Picture, selected: string | undefined): void {
  const node = nodes.find(({ id }) => id === selected);
  const lit = node?.kind === "task" ? new Set([node.id, ...node.from]) : undefined;
  parent.classList.toggle("lit", lit !== undefined);
  for (const { id, weights } of nodes) {
    const group = parent.querySelector(`#${id}`);
    if (!group) continue;
    group.classList.toggle("selected", id === selected);
    group.classList.toggle("on", lit?.has(id) ?? false);
    group.classList.toggle("frozen", weights === "frozen");
    group.setAttribute("tabindex", "0");
    group.setAttribute("role", "button");
    group.setAttribute("aria-pressed", String(id === selected));
  }
  for (const { id, from, to } of edges)
    parent.querySelector(`#${id}`)?.classList.toggle("on", (lit?.has(from) && lit.has(to)) ?? false);
}
