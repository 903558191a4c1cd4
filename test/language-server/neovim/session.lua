-- Drives the language server in Neovim without a screen, and writes what a user would see as JSON into the file RESULT.
local folder, server, result = vim.env.MTL_FOLDER, vim.env.MTL_SERVER, vim.env.MTL_RESULT
local seen = {}

local function wait_for(what, condition)
  if not vim.wait(30000, condition, 20) then
    error("waited in vain for " .. what)
  end
end

local function request(buffer, method, params)
  local answers = assert(vim.lsp.buf_request_sync(buffer, method, params, 30000), "no answer to " .. method)
  for _, answer in pairs(answers) do
    assert(not answer.error, vim.inspect(answer.error))
    return answer.result
  end
end

-- Opens a file, and gives its buffer once the server is attached to it.
local function open(name)
  vim.cmd("edit " .. folder .. "/" .. name)
  local buffer = vim.api.nvim_get_current_buf()
  wait_for("the server", function()
    return #vim.lsp.buf_get_clients(buffer) > 0
  end)
  return buffer
end

local function text_of(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n")
end

-- The position of a text in a buffer, and parameters of a request about it.
local function at(buffer, text)
  for line, content in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
    local column = content:find(text, 1, true)
    if column then
      vim.api.nvim_win_set_cursor(0, { line, column - 1 })
      return vim.lsp.util.make_position_params()
    end
  end
  error("there is no " .. text)
end

local function run()
  require("mtl").setup({ cmd = { vim.env.MTL_NODE, server, "lsp", "--stdio" } })

  local main = open("main.mtl")
  seen.filetype = vim.bo.filetype
  wait_for("a diagnostic", function()
    return #vim.diagnostic.get(main) > 0
  end)
  local diagnostic = vim.diagnostic.get(main)[1]
  seen.diagnostic = { line = diagnostic.lnum, code = diagnostic.user_data.lsp.code }

  local place = at(main, "embd")
  local actions = request(main, "textDocument/codeAction", {
    textDocument = place.textDocument,
    range = { start = place.position, ["end"] = place.position },
    context = { diagnostics = {}, only = { "quickfix" } },
  })
  vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
  seen.fixed = text_of(main):match("stream s = [^\n]*")
  wait_for("no diagnostic", function()
    return #vim.diagnostic.get(main) == 0
  end)

  local hover = request(main, "textDocument/hover", at(main, "embed"))
  seen.hover = hover.contents.value

  local completion = request(main, "textDocument/completion", at(main, "wide) -> norm"))
  local labels = {}
  for _, item in ipairs(completion.items or completion) do
    table.insert(labels, item.label)
  end
  seen.completion = labels

  local library = open("lib.mtl")
  local renaming = at(library, "wide")
  renaming.newName = "breadth"
  vim.lsp.util.apply_workspace_edit(request(library, "textDocument/rename", renaming), "utf-16")
  seen.renamed = { text_of(library), text_of(main):match("import [^\n]*"), text_of(main):match("stream s = [^\n]*") }

  vim.api.nvim_set_current_buf(main)
  vim.api.nvim_create_autocmd("BufWritePre", {
    buffer = main,
    callback = function()
      vim.lsp.buf.formatting_sync({ tabSize = 2, insertSpaces = true }, 30000)
    end,
  })
  vim.api.nvim_buf_set_lines(main, 0, 1, false, { "model    m" })
  vim.cmd("write")
  seen.saved = vim.fn.readfile(folder .. "/main.mtl")[1]
end

local ok, message = pcall(run)
if not ok then
  seen.error = message
end
vim.fn.writefile({ vim.fn.json_encode(seen) }, result)
vim.cmd("qall!")
