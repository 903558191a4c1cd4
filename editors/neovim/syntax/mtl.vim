" Written from the token definitions by `npm run highlighting`; do not edit.
if exists("b:current_syntax")
  finish
endif

syn keyword mtlControl if then else let return yield
syn keyword mtlOperatorWord optional not and or
syn keyword mtlConstant true false none
syn match mtlOperator /\v-\>|\.\.|[-+*\/<>=!]+/
syn match mtlCall /\v[A-Za-z_][A-Za-z0-9_]*%(\()@=/
syn match mtlCall /\v%(-\>\s*)@<=[A-Za-z_][A-Za-z0-9_]*/
syn match mtlKey /\v[A-Za-z_][A-Za-z0-9_]*%(\s*:)@=/
syn match mtlNumber /\v<\d%([eE][+-]\d|\.\d|\w)*\%?/
syn match mtlControl /\v%(\) )@<=as%(\s+[A-Za-z_][A-Za-z0-9_]*)@=/
syn match mtlControl /\v%([)}A-Za-z0-9_] )@<=from%(\s*["(])@=/
syn match mtlControl /\v%(\w )@<=in%(\s+[-0-9(A-Za-z0-9_])@=/
syn match mtlControl /\v%(%(list|one) )@<=of>/
syn match mtlControl /\v<one%(\s+of>)@=/
syn match mtlControl /\v<list%(\s+of>)@=/
syn match mtlControl /\v<repeat%(\s*\()@=/
syn match mtlControl /\v%([A-Za-z0-9_"\])] )@<=except>/
syn match mtlHead /\v^\s*\zsmodel%(\s+[A-Za-z_][A-Za-z0-9_]*)@=/ nextgroup=mtlSection skipwhite
syn match mtlSection /\v[A-Za-z_][A-Za-z0-9_]*/ contained
syn match mtlHead /\v%(^|[^.A-Za-z0-9_])@<=import%(\s*%(\{))@=/
syn match mtlHead /\v^\s*\zsparam%(\s+[A-Za-z_][A-Za-z0-9_]*\s*%(\=|:))@=/ nextgroup=mtlValue skipwhite
syn match mtlValue /\v[A-Za-z_][A-Za-z0-9_]*/ contained
syn match mtlHead /\v^\s*\zsmodality%(\s+[A-Za-z_][A-Za-z0-9_]*\s*%(:))@=/ nextgroup=mtlValue skipwhite
syn match mtlHead /\v^\s*\zsblock%(\s+[A-Za-z_][A-Za-z0-9_]*\s*%(\())@=/ nextgroup=mtlBlock skipwhite
syn match mtlBlock /\v[A-Za-z_][A-Za-z0-9_]*/ contained
syn match mtlHead /\v%(^|[^.A-Za-z0-9_])@<=layer%(\s+[A-Za-z_][A-Za-z0-9_]*\s*%(\=))@=/ nextgroup=mtlValue skipwhite
syn match mtlHead /\v%(^|[^.A-Za-z0-9_])@<=stream%(\s+[A-Za-z_][A-Za-z0-9_]*\s*%(\=))@=/ nextgroup=mtlValue skipwhite
syn match mtlHead /\v%(^|[^.A-Za-z0-9_])@<=fusion%(\s+[A-Za-z_][A-Za-z0-9_]*\s*%(\=))@=/ nextgroup=mtlValue skipwhite
syn match mtlHead /\v%(^|[^.A-Za-z0-9_])@<=task%(\s+[A-Za-z_][A-Za-z0-9_]*\s*%(\{))@=/ nextgroup=mtlSection skipwhite
syn match mtlHead /\v%(^|[^.A-Za-z0-9_])@<=dataset%(\s+[A-Za-z_][A-Za-z0-9_]*\s*%(\{))@=/ nextgroup=mtlSection skipwhite
syn match mtlHead /\v%(^|[^.A-Za-z0-9_])@<=stage%(\s+[A-Za-z_][A-Za-z0-9_]*\s*%(\{))@=/ nextgroup=mtlSection skipwhite
syn match mtlHead /\v%(^|[^.A-Za-z0-9_])@<=renamed%(\s*%("))@=/
syn match mtlHead /\v%(^|[^.A-Za-z0-9_])@<=adapt%(\s*%("))@=/
syn match mtlHead /\v%(^|[^.A-Za-z0-9_])@<=weight%(\s+[A-Za-z_][A-Za-z0-9_]*\s*%(\[|\=))@=/ nextgroup=mtlValue skipwhite
syn match mtlHead /\v%(^|[^.A-Za-z0-9_])@<=state%(\s+[A-Za-z_][A-Za-z0-9_]*\s*%(\[|\=))@=/ nextgroup=mtlValue skipwhite
syn match mtlHead /\v%(^|[^.A-Za-z0-9_])@<=update%(\s+[A-Za-z_][A-Za-z0-9_]*\s*%(\=))@=/ nextgroup=mtlValue skipwhite
syn match mtlEscape /\v\\./ contained
syn region mtlString start=/"/ skip=/\\./ end=/"/ oneline contains=mtlEscape
syn keyword mtlTodo TODO FIXME contained
syn match mtlComment /\/\/.*/ contains=mtlTodo,@Spell
syn match mtlDocumentation /\/\/\/\/\@!.*/ contains=mtlTodo,@Spell

hi def link mtlTodo Todo
hi def link mtlComment Comment
hi def link mtlDocumentation SpecialComment
hi def link mtlString String
hi def link mtlEscape SpecialChar
hi def link mtlNumber Number
hi def link mtlConstant Boolean
hi def link mtlControl Keyword
hi def link mtlOperatorWord Operator
hi def link mtlOperator Operator
hi def link mtlHead Statement
hi def link mtlSection Type
hi def link mtlBlock Function
hi def link mtlValue Identifier
hi def link mtlKey Label
hi def link mtlCall Function

syn sync minlines=50
let b:current_syntax = "mtl"
