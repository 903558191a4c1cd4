import { render } from "preact";
import { keepOffline } from "./offline/register.ts";
import { specification } from "./state/app-state.ts";
import { openAddress } from "./state/page.ts";
import { prepare } from "./training/controller.ts";
import { followKeptRuns } from "./training/kept-offer.ts";
import { acceptDrops } from "./training/take-files.ts";
import { App } from "./views/app.tsx";

const root = document.getElementById("app");
if (!root) throw new Error("the page has no element for the app");
render(<App />, root);
void openAddress();
addEventListener("hashchange", () => void openAddress());
acceptDrops();
followKeptRuns();
// The first text without errors can be trained: what that needs is loaded while its picture is drawn.
const unsubscribe = specification.subscribe((known) => {
  if (!known) return;
  queueMicrotask(() => unsubscribe());
  prepare();
});
keepOffline();
