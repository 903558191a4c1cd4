import * as fc from "fast-check";
import type { Argument, Declaration, Expression, Identifier, Statement, TypeExpression } from "../../grammar/ast.ts";

const span = { file: "a.mtl", start: 0, end: 0 };
type Parts = Readonly<Record<string, fc.Arbitrary<unknown>>>;

function node<Node extends { readonly kind: string }>(kind: Node["kind"], parts: Parts): fc.Arbitrary<Node> {
  return fc.record({ kind: fc.constant(kind), span: fc.constant(span), ...parts }) as unknown as fc.Arbitrary<Node>;
}

const maybe = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.option(arbitrary, { nil: undefined });
const identifierOf = (name: fc.Arbitrary<string>): fc.Arbitrary<Identifier> => node("Identifier", { name });

const text = fc.stringMatching(/^[a-zé"\\\n\t{}.* ]{0,8}$/u);
const string = node<Expression & { kind: "String" }>("String", { value: text });

/** Any expression, with names among which are words that have a meaning elsewhere. */
export const anyExpression = expressionOf(
  fc.constantFrom("a", "width", "seen", "layer", "task", "in", "as", "except", "repeat_me"),
);

/** Expressions, whose names are given. */
function expressionOf(name: fc.Arbitrary<string>): fc.Arbitrary<Expression> {
  const identifier = identifierOf(name);
  const { expression } = fc.letrec<{ expression: Expression }>((tie) => {
    const inner = tie("expression");
    const argument: fc.Arbitrary<Argument> = fc.oneof(
      node<Argument>("Argument", { value: inner }),
      node<Argument>("Argument", { label: identifier, value: inner }),
      node<Argument>("Argument", { name: identifier, value: inner }),
    );
    const entry = node("Entry", { key: fc.oneof(identifier, string), value: inner });
    return {
      expression: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        node<Expression>("Name", { name }),
        node<Expression>("Number", {
          value: fc.oneof(fc.nat({ max: 4096 }), fc.double({ min: 0, max: 1, noNaN: true })),
        }),
        node<Expression>("Number", { value: fc.nat({ max: 100 }), unit: fc.constantFrom("%", "ms", "kHz") }),
        string,
        node<Expression>("Boolean", { value: fc.boolean() }),
        node<Expression>("None", {}),
        node<Expression>("List", { items: fc.array(inner, { maxLength: 3 }) }),
        node<Expression>("Map", { entries: fc.array(entry, { maxLength: 3 }) }),
        node<Expression>("Tuple", { items: fc.array(inner, { minLength: 2, maxLength: 3 }) }),
        node<Expression>("Unary", { operator: fc.constantFrom("-", "not"), operand: inner }),
        node<Expression>("Optional", { operand: inner }),
        node<Expression>("Binary", {
          operator: fc.constantFrom("+", "-", "*", "/", "==", "<=", "and", "or"),
          left: inner,
          right: inner,
        }),
        node<Expression>("Range", { from: inner, to: inner }),
        node<Expression>("Except", { base: inner, exceptions: inner }),
        node<Expression>("If", { condition: inner, consequence: inner, alternative: inner }),
        node<Expression>("Pipe", { left: inner, right: inner }),
        node<Expression>("Member", { object: inner, member: identifier }),
        node<Expression>("Call", { callee: inner, arguments: fc.array(argument, { maxLength: 4 }) }),
      ),
    };
  });
  return expression;
}

const plainName = fc.constantFrom("a", "b", "width", "seen", "reading_of_the_letters_of_a_name");
const name = identifierOf(plainName);
const value = expressionOf(plainName);
const doc = maybe(fc.constantFrom("One line.", "Two\n\nlines."));

const { type } = fc.letrec<{ type: TypeExpression }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    node<TypeExpression>("NamedType", { name }),
    node<TypeExpression>("ListType", { element: tie("type") }),
    node<TypeExpression>("OptionalType", { inner: tie("type") }),
    node<TypeExpression>("OneOfType", { options: fc.array(fc.oneof(name, string), { minLength: 1, maxLength: 3 }) }),
  ),
}));

const statement = fc.oneof(
  node<Statement>("Let", { names: fc.array(name, { minLength: 1, maxLength: 2 }), value }),
  node<Statement>("LayerStatement", { name, value }),
  node<Statement>("Weight", { name, shape: fc.array(value, { maxLength: 2 }), initializer: value }),
  node<Statement>("Update", { name, value }),
  node<Statement>("Yield", { value }),
  node<Statement>("Return", { value }),
);

const repeat = node<Expression>("Repeat", {
  arguments: fc.array(node("Argument", { value }), { minLength: 1, maxLength: 2 }),
  index: maybe(name),
  from: maybe(fc.array(node("Binding", { name, value }), { minLength: 1, maxLength: 2 })),
  body: fc.array(statement, { maxLength: 3 }),
});
const piped = fc.oneof(
  value,
  repeat,
  node<Expression>("Pipe", { left: value, right: repeat }),
  node<Expression>("Pipe", { left: repeat, right: value }),
);

const entries = fc.array(node("Entry", { key: name, value: piped, doc }), { maxLength: 4 });
const parameters = fc.array(node("Parameter", { name, type, default: maybe(value) }), { maxLength: 6 });

/** Any declaration. A field that is `undefined` is one that is absent. */
export const anyDeclaration: fc.Arbitrary<Declaration> = fc.oneof(
  node<Declaration>("Model", { doc, name, title: maybe(string) }),
  node<Declaration>("Import", { doc, names: fc.array(name, { minLength: 1, maxLength: 3 }), from: string }),
  node<Declaration>("Param", { doc, name, type: maybe(type), value }),
  node<Declaration>("Modality", { doc, name, value }),
  node<Declaration>("Block", {
    doc,
    name,
    parameters,
    result: maybe(type),
    body: fc.array(statement, { maxLength: 4 }),
  }),
  node<Declaration>("Layer", { doc, name, value: piped }),
  node<Declaration>("Stream", { doc, name, value: piped }),
  node<Declaration>("Fusion", { doc, name, value }),
  node<Declaration>("Task", { doc, name, options: entries }),
  node<Declaration>("Stage", { doc, name, options: entries }),
  node<Declaration>("Renamed", { doc, from: string, to: string }),
  node<Declaration>("Adapt", { doc, weights: string, value }),
);
