import { render } from "preact";
import { keepOffline } from "./offline/register.ts";
import { openAddress } from "./state/page.ts";
import { prepare } from "./training/controller.ts";
import { followKeptRuns } from "./training/kept-offer.ts";
import { prepareWorker } from "./training/spare-worker.ts";
import { acceptDrops } from "./training/take-files.ts";
import { App } from "./views/app.tsx";

const root = document.getElementById("app");
if (!root) throw new Error("the page has no element for the app");
// What a training needs is loaded beside everything else, so that it begins soon after a click.
prepareWorker();
render(<App />, root);
void openAddress().then(prepare);
addEventListener("hashchange", () => void openAddress());
acceptDrops();
followKeptRuns();
keepOffline();
