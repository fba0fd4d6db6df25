if vim.g.loaded_accesslens then
  return
end
vim.g.loaded_accesslens = true

if vim.fn.has('nvim-0.10') == 0 then
  vim.api.nvim_echo({ { 'accesslens needs Neovim 0.10 or later', 'ErrorMsg' } }, true, {})
  return
end

local command = vim.api.nvim_create_user_command

command('AccesslensRestart', function()
  require('accesslens').restart()
end, { desc = 'Restart the accesslens server' })

command('AccesslensLog', function()
  require('accesslens').log()
end, { desc = 'Open the log of the language clients' })

command('AccesslensVersion', function()
  require('accesslens').version()
end, { desc = 'Show the version of the accesslens server' })

command('AccesslensPolicyKind', function(args)
  require('accesslens').policy_kind(args.fargs[1], args.fargs[2])
end, {
  desc = 'Set the kind of policy this file holds',
  nargs = '+',
  complete = function(lead)
    return vim.tbl_filter(function(it)
      return vim.startswith(it, lead)
    end, require('accesslens').kinds)
  end,
})

command('AccesslensSimulate', function(args)
  require('accesslens.simulate').run(args.smods)
end, { desc = 'Ask one request of the policy under the cursor' })

command('AccesslensExplainDenied', function(args)
  require('accesslens.simulate').explain_denied(args.smods, args.reg)
end, { desc = 'Say why a call was denied, from a message or an event in a register', register = true })

command('AccesslensChanges', function(args)
  require('accesslens.simulate').changes(args.smods)
end, { desc = 'Show what edits change about access' })

command('AccesslensReport', function(args)
  require('accesslens.simulate').report(args.smods)
end, { desc = 'Show what the policies of the buffer really grant' })

-- Scenarios have comments, whatever their name ends in.
vim.filetype.add({ pattern = { ['.*%.access%.jsonc?'] = 'jsonc' } })

vim.api.nvim_create_autocmd('LspAttach', {
  group = vim.api.nvim_create_augroup('accesslens', {}),
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'accesslens' then
      require('accesslens').on_attach(client, event.buf)
    end
  end,
})

require('accesslens').enable()
