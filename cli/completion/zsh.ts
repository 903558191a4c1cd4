import type { CompletedVerb } from "./completed-verbs.ts";

/** Prints a script for zsh: `source <(mtl completion zsh)`, or a file `_mtl` in a folder of `fpath`. */
export function zshCompletion(verbs: readonly CompletedVerb[]): string {
  const choices = verbs.flatMap(({ name, options }) =>
    options.flatMap(({ flags, takes }) =>
      typeof takes === "string"
        ? []
        : flags.map((flag) => `    ${quoted(`${name} ${flag}`)}) compadd -- ${takes.map(quoted).join(" ")}; return ;;`),
    ),
  );
  const files = verbs.flatMap(({ name, options }) =>
    options.flatMap(({ flags, takes }) => (takes === "files" ? flags.map((flag) => quoted(`${name} ${flag}`)) : [])),
  );
  const flagsOf = verbs.map(
    ({ name, options }) =>
      `      ${quoted(name)}) found=(${options.flatMap(({ flags, meaning }) => flags.map((flag) => described(flag, meaning))).join(" ")}) ;;`,
  );
  const wordsOf = verbs
    .filter(({ words }) => words.length > 0)
    .map(({ name, words }) => `    ${quoted(name)}) compadd -- ${words.map(quoted).join(" ")} ;;`);
  const top = verbs.filter(({ name }) => !name.includes(" ")).map(({ name, summary }) => described(name, summary));
  return `#compdef mtl
# Completion of mtl for zsh: source <(mtl completion zsh), or this as a file _mtl in a folder of $fpath
_mtl() {
  local verb="" index
  local -a found
  for ((index = 2; index < CURRENT; index++)); do
    case "\${verb:+$verb }\${words[index]}" in
      ${verbs.map(({ name }) => quoted(name)).join(" | ")}) verb="\${verb:+$verb }\${words[index]}" ;;
    esac
  done
  case "$verb \${words[CURRENT - 1]}" in
${choices.join("\n")}
    ${files.join(" | ")}) _files; return ;;
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    case "$verb" in
      "") found=(${["--help", "--version", "--color", "--no-color", "--quiet"].map(quoted).join(" ")}) ;;
${flagsOf.join("\n")}
    esac
    _describe -o option found
    return
  fi
  case "$verb" in
    "") found=(${[...top, described("help", "Explain a verb.")].join(" ")}); _describe verb found ;;
${wordsOf.join("\n")}
    *) _files ;;
  esac
}
if [[ "\${funcstack[1]}" == _mtl ]]; then _mtl "$@"; elif (( $+functions[compdef] )); then compdef _mtl mtl; fi
`;
}

/** Zsh completes the text before the first colon and shows the text after it. */
function described(word: string, meaning: string): string {
  return quoted(`${word.replaceAll(":", String.raw`\:`)}:${meaning}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
