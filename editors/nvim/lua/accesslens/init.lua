--- Starts the server and offers its commands. What a policy means is the server's business.
local M = {}

--- The kinds that |:AccesslensPolicyKind| offers.
M.kinds = { 'identity', 'resource', 'trust', 'boundary', 'session', 'scp', 'rcp', 'vpc-endpoint' }

-- Neovim 0.10 has no vim.lsp.config: `fallback` is what it would hold there.
local fallback ---@type table?

local function config()
  if vim.lsp.config then
    return vim.lsp.config.accesslens
  end
  if not fallback then
    fallback = dofile(vim.api.nvim_get_runtime_file('lsp/accesslens.lua', false)[1])
    fallback.name = 'accesslens'
  end
  return fallback
end

local function clients()
  return vim.lsp.get_clients({ name = 'accesslens' })
end

local function say(message, level)
  vim.notify('accesslens: ' .. message, level or vim.log.levels.INFO)
end

--- Why the server cannot be run, if so.
local function fault()
  local cmd = config().cmd
  if type(cmd) == 'table' and vim.fn.executable(cmd[1]) == 0 then
    local where = cmd[1]:find('[/\\]') and 'is not an executable file' or 'is not on the PATH'
    return ('%s %s; see :checkhealth accesslens'):format(cmd[1], where)
  end
end

local function start(buf, root)
  if fault() then
    return
  end
  local it = vim.tbl_extend('force', config(), {})
  it.root_dir = root
  vim.lsp.start(it, {
    bufnr = buf,
    -- Neovim 0.10 would start a server for each file that is in no project.
    reuse_client = function(client)
      return client.name == 'accesslens' and client.config.root_dir == root
    end,
  })
end

--- Changes the configuration, as `vim.lsp.config('accesslens', …)` does, which Neovim 0.10 lacks.
---@param changes table
function M.setup(changes)
  if vim.lsp.config then
    vim.lsp.config('accesslens', changes)
  else
    fallback = vim.tbl_deep_extend('force', config(), changes)
  end
end

--- Starts the server for every JSON buffer, those that are open and those to come.
function M.enable()
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('accesslens.missing', {}),
    pattern = config().filetypes,
    once = true,
    callback = function()
      if fault() then
        say(fault(), vim.log.levels.WARN)
      end
    end,
  })
  if vim.lsp.enable then
    vim.lsp.enable('accesslens')
    return
  end
  local function start_if_json(buf)
    if vim.api.nvim_buf_is_loaded(buf) and vim.tbl_contains(config().filetypes, vim.bo[buf].filetype) then
      start(buf, vim.fs.root(buf, config().root_markers))
    end
  end
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('accesslens.start', {}),
    pattern = config().filetypes,
    callback = function(event)
      start_if_json(event.buf)
    end,
  })
  vim.iter(vim.api.nvim_list_bufs()):each(start_if_json)
end

--- Draws code lenses and inlay hints in the buffer, unless the settings turn them off.
---@param client vim.lsp.Client
---@param buf integer
function M.on_attach(client, buf)
  -- What is asked behind the shutdown that Neovim sends on leaving is refused, and shown as an error.
  vim.api.nvim_create_autocmd('VimLeavePre', {
    group = vim.api.nvim_create_augroup('accesslens.leave.' .. buf, {}),
    callback = function()
      pcall(vim.api.nvim_del_augroup_by_name, 'accesslens.lens.' .. buf)
      pcall(vim.lsp.inlay_hint.enable, false, { bufnr = buf })
      if vim.lsp.codelens.enable then
        pcall(vim.lsp.codelens.enable, false, { bufnr = buf })
      end
    end,
  })
  local function wanted(feature, method)
    return vim.tbl_get(client.settings or {}, 'accesslens', feature, 'enable') ~= false
      and client.server_capabilities[method] ~= nil
  end
  if wanted('inlayHints', 'inlayHintProvider') then
    vim.lsp.inlay_hint.enable(true, { bufnr = buf })
  end
  if not wanted('lens', 'codeLensProvider') then
    return
  end
  if vim.lsp.codelens.enable then
    vim.lsp.codelens.enable(true, { bufnr = buf })
    return
  end
  -- Before Neovim 0.12, lenses are drawn when asked for. With new diagnostics those of scenarios are new as well.
  vim.api.nvim_create_autocmd({ 'BufEnter', 'CursorHold', 'DiagnosticChanged', 'InsertLeave', 'TextChanged' }, {
    group = vim.api.nvim_create_augroup('accesslens.lens.' .. buf, {}),
    buffer = buf,
    callback = function()
      if #vim.lsp.get_clients({ name = 'accesslens', bufnr = buf }) == 0 then
        return true -- detached: remove this autocommand
      end
      vim.lsp.codelens.refresh({ bufnr = buf })
    end,
  })
  vim.lsp.codelens.refresh({ bufnr = buf })
end

--- Stops the server and starts it again for the same buffers.
function M.restart()
  local old = clients()
  if #old == 0 then
    M.enable()
    return
  end
  local buffers = {} ---@type table<integer, string|false> the root of each
  for _, client in ipairs(old) do
    for buf in pairs(client.attached_buffers) do
      buffers[buf] = client.config.root_dir or false
    end
    if vim.lsp.config then
      client:stop()
    else
      vim.lsp.stop_client(client.id)
    end
  end
  local attempts = 0
  local function start_when_stopped()
    if #clients() == 0 then
      for buf, root in pairs(buffers) do
        start(buf, root or nil)
      end
    elseif attempts < 100 then
      attempts = attempts + 1
      vim.defer_fn(start_when_stopped, 50)
    else
      say('the server does not stop', vim.log.levels.ERROR)
    end
  end
  start_when_stopped()
end

--- Opens the log at its end; the server writes to it as well.
function M.log()
  vim.cmd.edit({ vim.fn.fnameescape(vim.lsp.log.get_filename()) })
  vim.cmd.normal({ 'G', bang = true })
end

--- The program to run, and what it answers to --version or why it does not.
---@return string program
---@return string? version
---@return string? fault
function M.server_version()
  local cmd = config().cmd
  if type(cmd) ~= 'table' then
    return 'cmd', nil, 'cmd is a function: its program cannot be asked'
  elseif fault() then
    return cmd[1], nil, fault()
  end
  local done = vim.system({ cmd[1], '--version' }, { text = true, timeout = 5000 }):wait()
  if done.code ~= 0 then
    return cmd[1], nil, ('%s --version ended with %d: %s'):format(cmd[1], done.code, vim.trim(done.stderr or ''))
  end
  return vim.fn.exepath(cmd[1]), vim.trim(done.stdout), nil
end

--- Shows which server runs.
function M.version()
  local program, version, why_not = M.server_version()
  if version then
    say(('%s (%s)'):format(version, program))
  else
    say(why_not, vim.log.levels.ERROR)
  end
end

--- Tells the server which kind of policy this file, or the files of the glob, hold.
---@param kind string
---@param glob? string
function M.policy_kind(kind, glob)
  if not vim.tbl_contains(M.kinds, kind) then
    say(('no kind "%s"; there are: %s'):format(kind, table.concat(M.kinds, ', ')), vim.log.levels.ERROR)
    return
  end
  if not glob then
    local client = vim.lsp.get_clients({ name = 'accesslens', bufnr = 0 })[1]
    local path = vim.api.nvim_buf_get_name(0)
    local root = client and client.config.root_dir
    if root and vim.startswith(path, root .. '/') then
      path = path:sub(#root + 2)
    end
    -- A glob without a slash would match in every folder.
    glob = (path:find('/', 1, true) and path or './' .. path):gsub('[%*%?%[%]{}]', '[%0]')
  end
  local changes = { settings = { accesslens = { policyKinds = { [glob] = kind } } } }
  M.setup(changes)
  for _, client in ipairs(clients()) do
    client.settings = vim.tbl_deep_extend('force', client.settings or {}, changes.settings)
    local params = { settings = client.settings }
    if vim.lsp.config then
      client:notify('workspace/didChangeConfiguration', params)
    else
      client.notify('workspace/didChangeConfiguration', params)
    end
  end
  say(
    ('%s is of kind %s until Neovim ends; to keep it, add to your configuration:\n'):format(glob, kind)
      .. ("require('accesslens').setup(%s)"):format(vim.inspect(changes, { newline = ' ', indent = '' }))
  )
end

return M
