-- What Neovim does with the server, headless:
--   nvim --clean -n --headless --cmd 'set runtimepath^=editors/nvim' policy.json -c 'luafile smoke.lua'
-- guarded.json and guarded.access.jsonc are beside the policy.
-- Prints a line for each check and ends with 1 if one failed. ACCESSLENS_SERVER names the server.
local here = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
local expected = vim.json.decode(table.concat(vim.fn.readfile(here .. '/../../test/expected.json'), '\n'))
local accesslens = require('accesslens')
local buf = vim.api.nvim_get_current_buf()
local folder = vim.fs.dirname(vim.api.nvim_buf_get_name(buf))
local n_passed = 0

local function check(name, ok, shown)
  if type(shown) ~= 'string' then
    shown = vim.inspect(shown, { newline = ' ', indent = '' })
  end
  if not ok then
    error(('%s: %s'):format(name, shown), 0)
  end
  n_passed = n_passed + 1
  io.write(('ok   %-18s %s\n'):format(name, shown:gsub('%s+', ' '):sub(1, 100)))
end

local function wait(read)
  local it
  vim.wait(10000, function()
    vim.cmd('redraw!')
    it = read()
    return it
  end, 20)
  return it
end

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), '\n')
end

--- Line and column, from zero, of the first occurrence.
local function place(it)
  for i, line in ipairs(vim.api.nvim_buf_get_lines(buf, 0, -1, false)) do
    local at = line:find(it, 1, true)
    if at then
      return i - 1, at - 1
    end
  end
  error('the policy has no ' .. it)
end

local function client()
  local it = vim.lsp.get_clients({ name = 'accesslens', bufnr = buf })[1]
  return it and it.initialized and it
end

local function fault()
  return vim.iter(vim.diagnostic.get(buf)):find(function(it)
    return it.code == expected.diagnostic.code
  end)
end

--- The virtual text that extmarks of such a namespace draw: a list of { line, text }.
local function drawn(namespace, of)
  local found = {}
  for name, id in pairs(vim.api.nvim_get_namespaces()) do
    if name:find(namespace, 1, true) then
      for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(of or buf, id, 0, -1, { details = true })) do
        local chunks = vim.list_extend({}, mark[4].virt_text or {})
        for _, line in ipairs(mark[4].virt_lines or {}) do
          vim.list_extend(chunks, line)
        end
        local shown = ''
        for _, chunk in ipairs(chunks) do
          shown = shown .. chunk[1]
        end
        found[#found + 1] = { mark[2], shown }
      end
    end
  end
  return found
end

local function contains(found, part)
  return vim.iter(found):any(function(it)
    return it[2]:find(part, 1, true) ~= nil
  end) and found
end

local function request(method, line, column)
  local params = {
    textDocument = { uri = vim.uri_from_bufnr(buf) },
    position = { line = line, character = column }, -- the policy is ASCII
  }
  local answers = vim.lsp.buf_request_sync(buf, method, params, 5000) or {}
  return (answers[client().id] or {}).result
end

--- Answers the dialogs of :AccesslensSimulate: a step that has such a choice takes it, others are typed.
--- Gives what was asked, and what is on the screen at the end.
local function simulate_with(answers)
  local select, input, notify = vim.ui.select, vim.ui.input, vim.notify
  local n, asked, message, ended = 0, {}, nil, false
  local function next_answer(prompt)
    n = n + 1
    asked[n] = prompt
    ended = answers[n] == nil
    return answers[n]
  end
  vim.ui.select = function(items, options, done)
    local answer = next_answer(options.prompt)
    local chosen = vim.iter(items):find(function(it)
      return it.label == answer
    end)
    if answer and not chosen then
      n = n - 1 -- it is asked for again
      chosen = items[#items]
    end
    done(chosen)
  end
  vim.ui.input = function(options, done)
    done(next_answer(options.prompt))
  end
  vim.notify = function(it)
    message = it
  end
  local before = vim.api.nvim_get_current_buf()
  vim.cmd.AccesslensSimulate()
  local shown = wait(function()
    return message or ended or vim.api.nvim_get_current_buf() ~= before
  end)
  vim.ui.select, vim.ui.input, vim.notify = select, input, notify
  return asked, message or shown and table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n'), message
end

local function simulate()
  local it = expected.simulate
  vim.cmd.edit(folder .. '/guarded.json')
  local policy = vim.api.nvim_get_current_buf()
  wait(function()
    return #vim.lsp.get_clients({ name = 'accesslens', bufnr = policy }) == 1
  end)
  for i, value in ipairs(it.values) do
    vim.fn.search(it.at)
    local asked, shown = simulate_with({ it.principal, it.action, it.resource, value.choice or value.typed })
    check('simulate ' .. i, shown and vim.startswith(shown, '# ' .. value.answer), shown or asked)
    check('its buffer', vim.bo.filetype == 'markdown' and not vim.bo.modifiable, vim.api.nvim_buf_get_name(0))
    if i == 1 then
      vim.fn.search(it.at .. '.*Action')
      vim.api.nvim_feedkeys(vim.keycode('<CR>'), 'mx', false)
      local line = it.link:match('L(%d+)')
      local at = { vim.api.nvim_get_current_buf(), vim.api.nvim_win_get_cursor(0)[1] }
      check('link followed', vim.deep_equal(at, { policy, tonumber(line) }), at)
      vim.cmd.wincmd('p')
    end
    vim.api.nvim_feedkeys('q', 'mx', false)
    check('closed', vim.api.nvim_get_current_buf() == policy, vim.api.nvim_buf_get_name(0))
  end
  local function page_of(run)
    run()
    wait(function()
      return vim.api.nvim_get_current_buf() ~= policy
    end)
    local shown = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
    vim.api.nvim_feedkeys('q', 'mx', false)
    return shown
  end
  vim.fn.setreg('a', expected.denied.message)
  local denied = page_of(function()
    vim.cmd('AccesslensExplainDenied a')
  end)
  check('why denied', denied:find(expected.denied.answer, 1, true), denied)
  local report = page_of(vim.cmd.AccesslensReport)
  check('report', report:find(expected.report.answer, 1, true), report)
  local changes = expected.changes
  vim.cmd('%s/' .. vim.fn.escape(changes.before, '/*') .. '/' .. changes.after .. '/')
  local changed = page_of(vim.cmd.AccesslensChanges)
  check('changes', changed:find(changes.answer, 1, true), changed)
  vim.cmd('silent undo')
  local n_wins = #vim.api.nvim_list_wins()
  local asked, _, message = simulate_with({ it.principal, it.action })
  check('left quietly', #asked == 3 and not message and #vim.api.nvim_list_wins() == n_wins, asked)
  vim.cmd.edit(vim.fn.tempname() .. '.json')
  wait(function()
    return #vim.lsp.get_clients({ name = 'accesslens', bufnr = 0 }) == 1
  end)
  check('no policy here', select(3, simulate_with({})) == 'accesslens: ' .. it.noPolicy, it.noPolicy)
end

local tests = {
  function()
    check('attached', wait(client), vim.bo.filetype)
    check('version', select(2, accesslens.server_version()), { accesslens.server_version() })
  end,

  function()
    local it = wait(fault)
    check('diagnostic', it and it.message == expected.diagnostic.message, it)
    local line, column = place(expected.diagnostic.at)
    check('its place', it.lnum == line and it.col == column, { it.lnum, it.col, it.end_lnum, it.end_col })
  end,

  function()
    local lenses = wait(function()
      return contains(drawn('codelens'), expected.lens.contains)
    end)
    check('code lens', lenses, lenses or drawn('codelens'))
    if vim.fn.has('nvim-0.11') == 0 then
      return -- 0.10 draws hints for a screen only: screen.lua sees them
    end
    local hints = wait(function()
      return contains(drawn('inlayhint'), expected.hint.contains)
    end)
    check('inlay hint', hints and vim.iter(hints):any(function(it)
      return it[1] == place(expected.hint.at)
    end), hints or drawn('inlayhint'))
  end,

  function()
    local line, column = place(expected.hover.at)
    vim.api.nvim_win_set_cursor(0, { line + 1, column + 1 })
    vim.lsp.buf.hover()
    local float = wait(function()
      return vim.iter(vim.api.nvim_list_wins()):find(function(it)
        return vim.api.nvim_win_get_config(it).relative ~= ''
      end)
    end)
    local lines = float and vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(float), 0, -1, false) or {}
    local hover = table.concat(lines, '\n')
    check('hover', hover:find(expected.hover.contains, 1, true), hover)
    vim.api.nvim_win_close(float, true)
  end,

  function()
    local it = expected.completion
    local line, column = place(it.before)
    column = column + #it.before - 1
    local typed = ', "' .. it.typed
    vim.api.nvim_buf_set_text(buf, line, column, line, column, { typed .. '"' })
    local answer = request('textDocument/completion', line, column + #typed)
    local items = answer and (answer.items or answer) or {}
    local item = vim.iter(items):find(function(x)
      return x.label == it.item
    end)
    check('completion', item, item and item.label or #items .. ' items')
    local edit = item.textEdit
    edit = { range = edit.range or edit.replace, newText = edit.newText }
    vim.lsp.util.apply_text_edits({ edit }, buf, client().offset_encoding)
    check('completed text', text():find(it.after, 1, true), vim.api.nvim_buf_get_lines(buf, line, line + 1, false)[1])
  end,

  function()
    local line, column = place(expected.diagnostic.at)
    vim.api.nvim_win_set_cursor(0, { line + 1, column + 1 })
    vim.lsp.buf.code_action({
      apply = true,
      filter = function(it)
        return it.title == expected.fix.title
      end,
    })
    check(
      'quick fix',
      wait(function()
        return text():find(expected.fix.after, 1, true)
      end),
      vim.api.nvim_buf_get_lines(buf, line, line + 1, false)[1]
    )
    check(
      'fault is gone',
      wait(function()
        return not fault()
      end),
      'no ' .. expected.diagnostic.code
    )
  end,

  function()
    vim.cmd('silent undo')
    check('fault is back', wait(fault), 'after undo')
    local before = client().id
    vim.cmd.AccesslensRestart()
    check(
      'restarted',
      wait(function()
        return client() and client().id ~= before and fault()
      end),
      'another client, same diagnostic'
    )
  end,

  function()
    vim.cmd.AccesslensPolicyKind({ 'boundary', 'policy.*' })
    local kinds = client().settings.accesslens.policyKinds
    check('policy kind', vim.deep_equal(kinds, { ['policy.*'] = 'boundary' }), kinds)
    pcall(vim.cmd.AccesslensPolicyKind, { 'nonsense', '*.txt' })
    check('no such kind', client().settings.accesslens.policyKinds['*.txt'] == nil, 'refused')
  end,

  function()
    vim.cmd.AccesslensLog()
    check('log', vim.api.nvim_buf_get_name(0) == vim.lsp.log.get_filename(), vim.fn.bufname())
    vim.cmd('checkhealth accesslens')
    local report = wait(function()
      local shown = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
      return shown:find('attached to 1 buffer', 1, true) and shown
    end)
    check('health', report and not report:find('ERROR'), report)
  end,

  function()
    vim.cmd.edit(vim.fn.tempname() .. '.json')
    local other = vim.api.nvim_get_current_buf()
    vim.api.nvim_buf_set_lines(other, 0, -1, false, vim.split(expected.noPolicy, '\n'))
    check(
      'no policy',
      wait(function()
        return #vim.lsp.get_clients({ name = 'accesslens', bufnr = other }) == 1
      end),
      'attached'
    )
    -- The answer to a request comes after any diagnostics of the opening.
    vim.lsp.buf_request_sync(other, 'textDocument/hover', {
      textDocument = { uri = vim.uri_from_bufnr(other) },
      position = { line = 0, character = 30 },
    }, 5000)
    vim.wait(300)
    check('silent', #vim.diagnostic.get(other) == 0, vim.diagnostic.get(other))
    vim.bo[other].modified = false
  end,

  function()
    vim.cmd.edit(folder .. '/guarded.access.jsonc')
    local scenario = vim.api.nvim_get_current_buf()
    check('filetype', vim.bo.filetype == 'jsonc', vim.bo.filetype)
    local found = wait(function()
      return vim.iter(vim.diagnostic.get(scenario)):find(function(it)
        return it.code == expected.scenario.code
      end)
    end)
    check('scenario', found and vim.startswith(found.message, expected.scenario.message), found)
    local lenses = wait(function()
      return contains(drawn('codelens', scenario), expected.scenario.lens)
    end)
    check('its lens', lenses, lenses or drawn('codelens', scenario))
    check('as jsonc too', vim.filetype.match({ filename = 'a.access.json' }) == 'jsonc', 'a.access.json')
  end,

  simulate,

  function()
    local last = client()
    if vim.lsp.config then
      last:stop()
    else
      vim.lsp.stop_client(last.id)
    end
    check(
      'stopped',
      wait(function()
        return #vim.lsp.get_clients({ name = 'accesslens' }) == 0
      end),
      'no client left'
    )
  end,
}

local ok, message = xpcall(function()
  for _, test in ipairs(tests) do
    test()
  end
end, function(it)
  return type(it) == 'string' and it or debug.traceback(vim.inspect(it))
end)
if not ok then
  io.write('FAIL ' .. message .. '\n')
  vim.cmd('cquit 1')
end
io.write(('%d passed in Neovim %s\n'):format(n_passed, tostring(vim.version())))
vim.cmd('qall!')
