import { existsSync } from "node:fs";
import { type Browser, firefox } from "playwright-core";

const places = [process.env["FIREFOX"], "/usr/bin/firefox-esr", "/usr/bin/firefox"];

/** The path of Firefox on this machine, if there is one. */
export function findFirefox(): string | undefined {
  return places.find((place) => place !== undefined && existsSync(place));
}

/** The parts of Playwright's own side of a browser that its interface does not offer. */
interface OwnSide {
  readonly _connection: {
    toImpl(browser: Browser): {
      readonly _browserSession: { send: (method: string, parameters: object) => Promise<object> };
    };
  };
}

/** Opens a headless Firefox as it is released, which Playwright drives by WebDriver BiDi. */
export async function launchFirefox(executablePath: string): Promise<Browser> {
  const browser = await firefox.launch({ executablePath, channel: "moz-firefox" });
  const { _connection: connection } = browser as unknown as OwnSide;
  const { _browserSession: session } = connection.toImpl(browser);
  const send = session.send.bind(session);
  // Firefox 153 does not know this command yet, with which Playwright asks each new window for light colours.
  session.send = async (method, parameters) =>
    method === "emulation.setMediaFeaturesOverride" ? {} : send(method, parameters);
  return browser;
}
