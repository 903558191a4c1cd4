import { render } from "preact";
import { keepOffline } from "./offline/register.ts";
import { openAddress } from "./state/page.ts";
import { acceptDrops } from "./training/take-files.ts";
import { App } from "./views/app.tsx";

const root = document.getElementById("app");
if (!root) throw new Error("the page has no element for the app");
render(<App />, root);
void openAddress();
addEventListener("hashchange", () => void openAddress());
acceptDrops();
keepOffline();
