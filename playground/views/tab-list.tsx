import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface TabSettings<Name extends string> {
  readonly name: Name;
  readonly id: string;
  /** The text of the tab, which is bold where it is selected. */
  readonly title: string;
  /** What comes behind the text. */
  readonly mark?: ComponentChildren;
}

interface TabListSettings<Name extends string> {
  readonly label: string;
  readonly tabs: readonly TabSettings<Name>[];
  readonly selected: Name;
  /** The identifier of the element that shows what is selected. */
  readonly controls: string;
  readonly onSelect: (name: Name) => void;
}

/** A list of tabs, of which one is selected. */
export function TabList<Name extends string>({ label, tabs, selected, controls, onSelect }: TabListSettings<Name>) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // A list that is wider than its space shows the selected one.
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [selected]);
  return (
    <div class="tabs" ref={list} role="tablist" aria-label={label} onKeyDown={onKey}>
      {tabs.map(({ name, id, title, mark }) => (
        <button
          type="button"
          key={name}
          role="tab"
          id={id}
          aria-selected={selected === name}
          aria-controls={controls}
          tabIndex={selected === name ? 0 : -1}
          onClick={() => onSelect(name)}
        >
          <span data-title={title}>{title}</span>
          {mark}
        </button>
      ))}
    </div>
  );
}

/** Arrows go from tab to tab, as readers of a list of tabs expect. */
function onKey({ key, currentTarget }: KeyboardEvent): void {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[key];
  if (by === undefined || !(currentTarget instanceof HTMLElement)) return;
  const shown = [...currentTarget.querySelectorAll<HTMLElement>("[role=tab]")].filter(
    ({ offsetParent }) => offsetParent !== null,
  );
  const at = shown.findIndex((each) => each === document.activeElement);
  const next = shown[(at + by + shown.length) % shown.length];
  next?.click();
  next?.focus();
}
