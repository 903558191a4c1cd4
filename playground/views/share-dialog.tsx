import { useEffect, useState } from "preact/hooks";
import { writeAddress } from "../state/address.ts";
import { say } from "../state/app-state.ts";
import { Modal } from "./modal.tsx";

export function Share() {
  const [link, setLink] = useState("");
  useEffect(() => void writeAddress().then(setLink), []);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link);
      say("The link is copied.");
    } catch {
      say("The browser does not let this page copy; select the link instead.");
    }
  };
  return (
    <Modal title="Share" name="share">
      <p>
        The link has the specification, its settings and its seed: whoever opens it trains the same model to the same
        loss. All of it is in the address, and nothing is uploaded.
      </p>
      <div class="field">
        <input aria-label="Link" readOnly value={link} onFocus={({ currentTarget }) => currentTarget.select()} />
        <button type="button" class="primary" disabled={link === ""} onClick={() => void copy()}>
          Copy
        </button>
      </div>
      <p class="note">
        {link.length.toLocaleString("en")} characters. Files of your own stay on this machine and are not in it.
      </p>
    </Modal>
  );
}
