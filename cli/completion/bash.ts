import type { CompletedVerb } from "./completed-verbs.ts";

/** Prints a script for bash: `source <(mtl completion bash)`. Bash itself completes and quotes files. */
export function bashCompletion(verbs: readonly CompletedVerb[]): string {
  const choices = verbs.flatMap(({ name, options }) =>
    options.flatMap(({ flags, takes }) =>
      typeof takes === "string"
        ? []
        : flags.map((flag) => `    ${quoted(`${name} ${flag}`)}) _mtl_words ${quoted(takes.join(" "))}; return ;;`),
    ),
  );
  const files = verbs.flatMap(({ name, options }) =>
    options.flatMap(({ flags, takes }) => (takes === "files" ? flags.map((flag) => quoted(`${name} ${flag}`)) : [])),
  );
  const flagsOf = verbs.map(
    ({ name, options }) =>
      `      ${quoted(name)}) _mtl_words ${quoted(options.flatMap(({ flags }) => flags).join(" "))} ;;`,
  );
  const wordsOf = verbs
    .filter(({ words }) => words.length > 0)
    .map(({ name, words }) => `    ${quoted(name)}) _mtl_words ${quoted(words.join(" "))} ;;`);
  const top = verbs.filter(({ name }) => !name.includes(" ")).map(({ name }) => name);
  return `# Completion of mtl for bash: source <(mtl completion bash)
_mtl_words() { COMPREPLY=($(compgen -W "$1" -- "\${COMP_WORDS[COMP_CWORD]}")); }
_mtl() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" verb="" index
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${verb:+$verb }\${COMP_WORDS[index]}" in
      ${verbs.map(({ name }) => quoted(name)).join(" | ")}) verb="\${verb:+$verb }\${COMP_WORDS[index]}" ;;
    esac
  done
  case "$verb $previous" in
${choices.join("\n")}
    ${files.join(" | ")}) return ;;
  esac
  if [[ "$current" == -* ]]; then
    case "$verb" in
      "") _mtl_words "--help --version --color --no-color --quiet" ;;
${flagsOf.join("\n")}
    esac
    return
  fi
  case "$verb" in
    "") _mtl_words ${quoted([...top, "help"].join(" "))} ;;
${wordsOf.join("\n")}
  esac
}
complete -o bashdefault -o default -F _mtl mtl
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
