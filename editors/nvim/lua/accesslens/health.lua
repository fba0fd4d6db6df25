--- |:checkhealth| accesslens
local M = {}

function M.check()
  local health = vim.health
  health.start('accesslens')

  local version = tostring(vim.version())
  if vim.fn.has('nvim-0.11') == 1 then
    health.ok('Neovim ' .. version)
  elseif vim.fn.has('nvim-0.10') == 1 then
    health.warn('Neovim ' .. version .. ' works, without vim.lsp.config', 'Neovim 0.11 or later is better supported')
  else
    health.error('Neovim ' .. version .. ' is too old', 'Install Neovim 0.11 or later')
    return
  end

  local program, server, why_not = require('accesslens').server_version()
  if server then
    health.ok(('%s (%s)'):format(server, program))
  else
    health.error(why_not, {
      'Install accesslens so that it is on the PATH, or name it:',
      "require('accesslens').setup({ cmd = { '/path/to/accesslens' } })",
    })
  end

  local clients = vim.lsp.get_clients({ name = 'accesslens' })
  if #clients == 0 then
    health.info('Not running: it starts when a JSON file is opened')
  end
  for _, client in ipairs(clients) do
    local n_bufs = vim.tbl_count(client.attached_buffers)
    local root = client.config.root_dir or 'single files'
    health.ok(('Running for %s, attached to %d buffer(s), offsets in %s'):format(root, n_bufs, client.offset_encoding))
    local commands = vim.tbl_get(client.server_capabilities, 'executeCommandProvider', 'commands') or {}
    if not vim.tbl_contains(commands, 'accesslens.server.simulate') then
      health.warn('This server is too old for :AccesslensSimulate', 'Install a newer accesslens')
    end
  end
end

return M
