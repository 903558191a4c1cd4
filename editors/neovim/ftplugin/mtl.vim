" Options of buffers with mtl; `mtl fmt` and the language server indent by two spaces.
if exists("b:did_ftplugin")
  finish
endif
let b:did_ftplugin = 1

setlocal commentstring=//\ %s comments=:///,://
setlocal expandtab shiftwidth=2 softtabstop=2 smartindent
setlocal formatoptions-=t formatoptions+=croql
setlocal suffixesadd=.mtl

let b:undo_ftplugin = "setlocal commentstring< comments< expandtab< shiftwidth< softtabstop< smartindent< formatoptions< suffixesadd<"
