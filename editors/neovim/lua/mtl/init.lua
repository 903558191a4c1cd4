-- Starts the language server of mtl for each buffer with a specification. It needs Neovim 0.7; with 0.11 or newer, lsp/mtl.lua beside it does the same.
local M = {}

-- The folders above a path, from the nearest to the farthest.
local function folders_above(path)
  local folders = {}
  local folder = vim.fn.fnamemodify(path, ":p:h")
  while true do
    table.insert(folders, folder)
    local above = vim.fn.fnamemodify(folder, ":h")
    if above == folder then
      return folders
    end
    folder = above
  end
end

-- The command that serves a file: the mtl that is installed beside it, else the one on the path, else nil.
function M.command(path)
  for _, folder in ipairs(folders_above(path)) do
    local installed = folder .. "/node_modules/.bin/mtl"
    if vim.fn.executable(installed) == 1 then
      return { installed, "lsp", "--stdio" }
    end
  end
  if vim.fn.executable("mtl") == 1 then
    return { "mtl", "lsp", "--stdio" }
  end
end

-- The folder of a project: the nearest one with a package.json, a node_modules or a .git, else that of the file.
function M.root(path)
  local folders = folders_above(path)
  for _, folder in ipairs(folders) do
    for _, marker in ipairs({ "package.json", "node_modules", ".git" }) do
      if vim.loop.fs_stat(folder .. "/" .. marker) then
        return folder
      end
    end
  end
  return folders[1]
end

local clients = {}
local has_warned = false

-- Attaches a buffer to the server of its project, which is started where it is not running.
function M.attach(buffer, options)
  local path = vim.api.nvim_buf_get_name(buffer)
  if path == "" or path:match("^%a[%w+.-]*://") then
    return
  end
  local root = M.root(path)
  local client = clients[root]
  if not client or not vim.lsp.get_client_by_id(client) then
    local command = options.cmd or M.command(path)
    if not command then
      if not has_warned then
        has_warned = true
        vim.notify("mtl is not installed: npm install --save-dev mtl, or npm install --global mtl", vim.log.levels.WARN)
      end
      return
    end
    client = vim.lsp.start_client({
      name = "mtl",
      cmd = command,
      root_dir = root,
      workspace_folders = { { uri = vim.uri_from_fname(root), name = vim.fn.fnamemodify(root, ":t") } },
      settings = { mtl = options.settings or {} },
      init_options = options.settings or {},
      on_attach = options.on_attach,
      capabilities = options.capabilities,
    })
    clients[root] = client
  end
  if client then
    vim.lsp.buf_attach_client(buffer, client)
  end
end

-- `options` may have cmd, settings, on_attach and capabilities, as those of vim.lsp.start_client.
function M.setup(options)
  options = options or {}
  vim.api.nvim_create_autocmd("FileType", {
    pattern = "mtl",
    group = vim.api.nvim_create_augroup("mtl", { clear = true }),
    callback = function(event)
      M.attach(event.buf, options)
    end,
  })
end

return M
