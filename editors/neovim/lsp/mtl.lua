-- For Neovim 0.11 and newer: vim.lsp.enable("mtl"). Where mtl is installed in a project only, give its path by
-- vim.lsp.config("mtl", { cmd = { "node_modules/.bin/mtl", "lsp", "--stdio" } }).
return {
  cmd = { "mtl", "lsp", "--stdio" },
  filetypes = { "mtl" },
  root_markers = { "package.json", "node_modules", ".git" },
}
