import { readFileSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { strToU8, zipSync } from "fflate";

function filesOf(path) {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** The bytes of a .vsix: a zip with the extension, a manifest for the marketplaces and a list of the types of files. */
export function packVsix(folder, manifest) {
  const files = filesOf(folder);
  const entries = {
    "[Content_Types].xml": strToU8(contentTypes(files)),
    "extension.vsixmanifest": strToU8(vsixManifest(manifest)),
  };
  for (const path of files) entries[`extension/${relative(folder, path).split(sep).join("/")}`] = readFileSync(path);
  // All files have one time, so that the same sources give the same bytes.
  return zipSync(entries, { level: 9, mtime: new Date(1980, 0, 1) });
}

const types = {
  ".json": "application/json",
  ".md": "text/markdown",
  ".txt": "text/plain",
  ".png": "image/png",
  ".cjs": "application/javascript",
  ".mjs": "application/javascript",
  ".vsixmanifest": "text/xml",
};

function contentTypes(files) {
  const ends = new Set([".vsixmanifest", ...files.flatMap((path) => /\.\w+$/.exec(path)?.[0] ?? [])]);
  const lines = [...ends].map(
    (end) => `<Default Extension="${end}" ContentType="${types[end] ?? "application/octet-stream"}"/>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${lines.join("")}</Types>
`;
}

const escaped = (text) => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

function vsixManifest({ name, version, displayName, description, publisher, categories, keywords, engines }) {
  const assets = [
    ["Microsoft.VisualStudio.Code.Manifest", "extension/package.json"],
    ["Microsoft.VisualStudio.Services.Content.Details", "extension/readme.md"],
    ["Microsoft.VisualStudio.Services.Content.License", "extension/LICENSE.txt"],
    ["Microsoft.VisualStudio.Services.Icons.Default", "extension/icon.png"],
  ];
  const properties = [
    ["Microsoft.VisualStudio.Code.Engine", engines.vscode],
    ["Microsoft.VisualStudio.Code.ExtensionDependencies", ""],
    ["Microsoft.VisualStudio.Code.ExtensionPack", ""],
    ["Microsoft.VisualStudio.Code.ExtensionKind", "workspace"],
    ["Microsoft.VisualStudio.Code.LocalizedLanguages", ""],
    ["Microsoft.VisualStudio.Code.EnabledApiProposals", ""],
    ["Microsoft.VisualStudio.Code.ExecutesCode", "true"],
    ["Microsoft.VisualStudio.Services.GitHubFlavoredMarkdown", "true"],
    ["Microsoft.VisualStudio.Services.Content.Pricing", "Free"],
  ];
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011" xmlns:d="http://schemas.microsoft.com/developer/vsx-schema-design/2011">
  <Metadata>
    <Identity Language="en-US" Id="${name}" Version="${version}" Publisher="${publisher}"/>
    <DisplayName>${escaped(displayName)}</DisplayName>
    <Description xml:space="preserve">${escaped(description)}</Description>
    <Tags>${escaped([...keywords, "mtl", "__ext_mtl", "snippet"].join(","))}</Tags>
    <Categories>${escaped(categories.join(","))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>
${properties.map(([id, value]) => `      <Property Id="${id}" Value="${escaped(value)}"/>`).join("\n")}
    </Properties>
    <License>extension/LICENSE.txt</License>
    <Icon>extension/icon.png</Icon>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
  <Dependencies/>
  <Assets>
${assets.map(([type, path]) => `    <Asset Type="${type}" Path="${path}" Addressable="true"/>`).join("\n")}
  </Assets>
</PackageManifest>
`;
}
