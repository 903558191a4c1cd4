// Written from the token definitions by `npm run highlighting`; do not edit.
const language = {
  "name": "mtl",
  "keywords": {
    "$pattern": "[A-Za-z_][A-Za-z0-9_]*",
    "keyword": [
      "if",
      "then",
      "else",
      "let",
      "return",
      "yield",
      "optional",
      "not",
      "and",
      "or"
    ],
    "literal": [
      "true",
      "false",
      "none"
    ]
  },
  "contains": [
    {
      "scope": "comment",
      "begin": "//",
      "end": "$"
    },
    {
      "scope": "string",
      "begin": "\"",
      "end": "\"|$",
      "contains": [
        {
          "scope": "char.escape",
          "match": "\\\\."
        },
        {
          "scope": "subst",
          "match": "\\{[A-Za-z_][A-Za-z0-9_]*\\}"
        }
      ]
    },
    {
      "match": [
        "^\\s*model",
        "\\s+",
        "[A-Za-z_][A-Za-z0-9_]*"
      ],
      "scope": {
        "1": "keyword",
        "3": "title"
      }
    },
    {
      "scope": "keyword",
      "match": "(?<![.\\w])import(?=\\s*(?:\\{))"
    },
    {
      "match": [
        "^\\s*param",
        "\\s+",
        "[A-Za-z_][A-Za-z0-9_]*(?=\\s*(?:=|:))"
      ],
      "scope": {
        "1": "keyword",
        "3": "title"
      }
    },
    {
      "match": [
        "^\\s*modality",
        "\\s+",
        "[A-Za-z_][A-Za-z0-9_]*(?=\\s*(?::))"
      ],
      "scope": {
        "1": "keyword",
        "3": "title"
      }
    },
    {
      "match": [
        "^\\s*block",
        "\\s+",
        "[A-Za-z_][A-Za-z0-9_]*(?=\\s*(?:\\())"
      ],
      "scope": {
        "1": "keyword",
        "3": "title.function"
      }
    },
    {
      "match": [
        "(?<![.\\w])layer",
        "\\s+",
        "[A-Za-z_][A-Za-z0-9_]*(?=\\s*(?:=))"
      ],
      "scope": {
        "1": "keyword",
        "3": "title"
      }
    },
    {
      "match": [
        "(?<![.\\w])stream",
        "\\s+",
        "[A-Za-z_][A-Za-z0-9_]*(?=\\s*(?:=))"
      ],
      "scope": {
        "1": "keyword",
        "3": "title"
      }
    },
    {
      "match": [
        "(?<![.\\w])fusion",
        "\\s+",
        "[A-Za-z_][A-Za-z0-9_]*(?=\\s*(?:=))"
      ],
      "scope": {
        "1": "keyword",
        "3": "title"
      }
    },
    {
      "match": [
        "(?<![.\\w])task",
        "\\s+",
        "[A-Za-z_][A-Za-z0-9_]*(?=\\s*(?:\\{))"
      ],
      "scope": {
        "1": "keyword",
        "3": "title"
      }
    },
    {
      "match": [
        "(?<![.\\w])dataset",
        "\\s+",
        "[A-Za-z_][A-Za-z0-9_]*(?=\\s*(?:\\{))"
      ],
      "scope": {
        "1": "keyword",
        "3": "title"
      }
    },
    {
      "match": [
        "(?<![.\\w])stage",
        "\\s+",
        "[A-Za-z_][A-Za-z0-9_]*(?=\\s*(?:\\{))"
      ],
      "scope": {
        "1": "keyword",
        "3": "title"
      }
    },
    {
      "scope": "keyword",
      "match": "(?<![.\\w])renamed(?=\\s*(?:\"))"
    },
    {
      "scope": "keyword",
      "match": "(?<![.\\w])adapt(?=\\s*(?:\"))"
    },
    {
      "match": [
        "(?<![.\\w])weight",
        "\\s+",
        "[A-Za-z_][A-Za-z0-9_]*(?=\\s*(?:\\[|=))"
      ],
      "scope": {
        "1": "keyword",
        "3": "title"
      }
    },
    {
      "match": [
        "(?<![.\\w])state",
        "\\s+",
        "[A-Za-z_][A-Za-z0-9_]*(?=\\s*(?:\\[|=))"
      ],
      "scope": {
        "1": "keyword",
        "3": "title"
      }
    },
    {
      "match": [
        "(?<![.\\w])update",
        "\\s+",
        "[A-Za-z_][A-Za-z0-9_]*(?=\\s*(?:=))"
      ],
      "scope": {
        "1": "keyword",
        "3": "title"
      }
    },
    {
      "scope": "keyword",
      "match": "(?<=\\) )as(?=\\s+[A-Za-z_][A-Za-z0-9_]*)"
    },
    {
      "scope": "keyword",
      "match": "(?<=[)}\\w] )from(?=\\s*[\"(])"
    },
    {
      "scope": "keyword",
      "match": "(?<=\\w )in(?=\\s+[-\\d(\\w])"
    },
    {
      "scope": "keyword",
      "match": "(?<=(?:list|one) )of(?!\\w)"
    },
    {
      "scope": "keyword",
      "match": "(?<![.\\w])one(?=\\s+of\\b)"
    },
    {
      "scope": "keyword",
      "match": "(?<![.\\w])list(?=\\s+of\\b)"
    },
    {
      "scope": "keyword",
      "match": "(?<![.\\w])repeat(?=\\s*\\()"
    },
    {
      "scope": "keyword",
      "match": "(?<=[\\w\"\\])] )except(?!\\w)"
    },
    {
      "scope": "number",
      "match": "(?<![\\w])\\d(?:[eE][+-]\\d|\\.\\d|\\w)*%?"
    },
    {
      "scope": "attr",
      "match": "(?<![.\\w])[A-Za-z_][A-Za-z0-9_]*(?=\\s*:)"
    },
    {
      "scope": "title.function",
      "match": "(?<=->|-> )(?!(?:if|then|else|let|return|yield|optional|not|and|or)\\b)[A-Za-z_][A-Za-z0-9_]*"
    },
    {
      "scope": "operator",
      "match": "->"
    }
  ]
};

export default function mtl() {
  return language;
}
