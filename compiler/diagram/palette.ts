import type { DiagramKind } from "./diagram.ts";

export interface Colours {
  readonly fill: string;
  readonly border: string;
  readonly text: string;
}

export interface Theme {
  readonly background: string;
  readonly line: string;
  readonly faint: string;
  readonly kinds: { readonly [Kind in DiagramKind]: Colours };
}

/**
 * Text has a contrast of at least 7 on its fill in both themes (WCAG AAA). Kinds differ in lightness as well as in hue.
 */
export const light: Theme = {
  background: "#ffffff",
  line: "#64748b",
  faint: "#475569",
  kinds: {
    modality: { fill: "#dbeafe", border: "#3b82f6", text: "#172554" },
    stream: { fill: "#f8fafc", border: "#94a3b8", text: "#0f172a" },
    fusion: { fill: "#ffedd5", border: "#f97316", text: "#431407" },
    layer: { fill: "#f3e8ff", border: "#a855f7", text: "#3b0764" },
    task: { fill: "#dcfce7", border: "#22c55e", text: "#052e16" },
  },
};

export const dark: Theme = {
  background: "#0f172a",
  line: "#94a3b8",
  faint: "#cbd5e1",
  kinds: {
    modality: { fill: "#1e3a8a", border: "#60a5fa", text: "#eff6ff" },
    stream: { fill: "#1e293b", border: "#64748b", text: "#f1f5f9" },
    fusion: { fill: "#7c2d12", border: "#fb923c", text: "#fff7ed" },
    layer: { fill: "#581c87", border: "#c084fc", text: "#faf5ff" },
    task: { fill: "#14532d", border: "#4ade80", text: "#f0fdf4" },
  },
};
