---@brief The accesslens language server: what an AWS IAM policy really allows.
---@type vim.lsp.Config
return {
  cmd = { 'accesslens' },
  filetypes = { 'json', 'jsonc' },
  root_markers = { '.git' },
  -- An empty Lua table would be sent as a list.
  settings = { accesslens = vim.empty_dict() },
  before_init = function(params, config)
    params.initializationOptions = (config.settings or {}).accesslens
  end,
}
