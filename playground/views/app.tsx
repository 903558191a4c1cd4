import { notice, tab } from "../state/app-state.ts";
import { spoken } from "../training/training-state.ts";
import { Code } from "./code.tsx";
import { Dialogs } from "./dialogs.tsx";
import { Header } from "./header.tsx";
import { Panel } from "./panel.tsx";

export function App() {
  return (
    <>
      <Header />
      <main class={tab.value === "code" ? "shows-code" : "shows-panel"}>
        <Code />
        <Panel />
      </main>
      <Dialogs />
      <p class={notice.value === "" ? "notice" : "notice shown"} role="status">
        {notice.value}
      </p>
      <p class="visually-hidden" role="status" aria-label="Training">
        {spoken.value}
      </p>
    </>
  );
}
