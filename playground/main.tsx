import { render } from "preact";
import { keepOffline } from "./offline/register.ts";
import { costs } from "./state/app-state.ts";
import { openAddress } from "./state/page.ts";
import { prepare } from "./training/controller.ts";
import { acceptDrops } from "./training/take-files.ts";
import { App } from "./views/app.tsx";

const root = document.getElementById("app");
if (!root) throw new Error("the page has no element for the app");
render(<App />, root);
void openAddress();
addEventListener("hashchange", () => void openAddress());
acceptDrops();
// Costs are the last answer about a text: from then on the page has time.
const unsubscribe = costs.subscribe((counted) => {
  if (!counted) return;
  setTimeout(() => {
    unsubscribe();
    prepare();
  }, 500);
});
keepOffline();
