/**
 * The values of chevrotain that the grammar uses. The build makes one file of this module and of what it imports: 640 modules of lodash would otherwise be
 * loaded with the package.
 */
export {
  Alternation,
  Alternative,
  createToken,
  CstParser,
  EOF,
  Lexer,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  Terminal,
  tokenMatcher,
} from "chevrotain";
