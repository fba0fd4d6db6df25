--- |:AccesslensSimulate|: asks one request of the policy under the cursor, step by step, and shows what it comes to.
--- |:AccesslensExplainDenied|, |:AccesslensChanges| and |:AccesslensReport| show their answers on such a page too.
local M = {}

--- More are not listed, but can be typed with completion.
local MOST_LISTED = 30

--- What was asked last, by the address of the document.
local last = {} ---@type table<string, { principal: string, action: string, resource: string, context: table }>

--- What is completed while an answer is typed.
local completed = {} ---@type string[]

--- Where the links of a page lead, by its buffer.
local links_of = {} ---@type table<integer, { row: integer, from: integer, to: integer, uri: string, line: integer }[]>

local namespace = vim.api.nvim_create_namespace('accesslens.simulate')

--- Stands for a key of which nothing is said.
local OPEN = {}

-- Parts of the forms that the server offers, to be replaced by names of one's own.
local function has_blank(text)
  return text:find('%f[%w]NAME%f[%W]') or text:find('%f[%w]SESSION%f[%W]')
end

local function say(message, level)
  vim.notify('accesslens: ' .. message, level or vim.log.levels.INFO)
end

--- Waits, in a coroutine, for what `start` gives to the callback that it is called with.
local function await(start)
  local thread = coroutine.running()
  start(function(...)
    local given = vim.F.pack_len(...)
    -- vim.ui.select may answer before it returns.
    vim.schedule(function()
      local ok, message = coroutine.resume(thread, vim.F.unpack_len(given))
      if not ok then
        say(message, vim.log.levels.ERROR)
      end
    end)
  end)
  return coroutine.yield()
end

--- The server's answer; ends the dialog with the reason when there is none.
local function ask(client, buf, question, argument)
  local params = { command = 'accesslens.server.' .. question, arguments = { argument } }
  local err, result = await(function(done)
    local sent
    if vim.lsp.config then
      sent = client:request('workspace/executeCommand', params, done, buf)
    else
      sent = client.request('workspace/executeCommand', params, done, buf)
    end
    if not sent then
      done({ message = 'the server does not run' })
    end
  end)
  if err then
    error({ reason = err.message }, 0)
  end
  return result
end

--- The completion of `typed`.
---@param lead string
---@return string[]
function M.complete(lead)
  return vim.tbl_filter(function(it)
    return vim.startswith(it:lower(), lead:lower())
  end, completed)
end

local function typed(prompt, choices, default)
  completed = vim.tbl_map(function(it)
    return it.label
  end, choices)
  local text = await(function(done)
    local complete = "customlist,v:lua.require'accesslens.simulate'.complete"
    vim.ui.input({ prompt = prompt .. ' ', default = default, completion = complete }, done)
  end)
  text = vim.trim(text or '')
  return text ~= '' and text or nil
end

--- The choice that was made, with a typed text as its label and without a value; nil when the user left.
---@param prompt string
---@param choices { label: string, detail: string, value: any }[]
local function choose(prompt, choices)
  local items = vim.list_slice(choices, 1, MOST_LISTED)
  local more = #choices > #items and (', %d more with <Tab>'):format(#choices - #items) or ''
  local another = { label = 'type it', detail = 'anything else' .. more }
  items[#items + 1] = another
  local chosen = await(function(done)
    vim.ui.select(items, {
      prompt = prompt,
      kind = 'accesslens',
      format_item = function(it)
        return it.detail == '' and it.label or ('%s  (%s)'):format(it.label, it.detail)
      end,
    }, done)
  end)
  if not chosen then
    return nil
  elseif chosen ~= another and not has_blank(chosen.label) then
    return chosen
  end
  local text = typed(prompt, choices, chosen ~= another and chosen.label or nil)
  return text and { label = text }
end

--- The choices with the one of last time before them.
local function remembered(choices, again)
  if not again then
    return choices
  end
  local others = vim.tbl_filter(function(it)
    return it.label ~= again.label
  end, choices)
  return vim.list_extend({ again }, others)
end

--- What a key can be: what it was last, then what makes a difference.
---@param values { value: any, label: string }[]
local function values_of(values, before)
  local choices = {}
  for _, it in ipairs(values) do
    local is_absent = it.value == nil or it.value == vim.NIL
    local detail = is_absent and 'the request does not have the key' or ''
    choices[#choices + 1] = { label = it.label, detail = detail, value = is_absent and vim.NIL or it.value }
  end
  choices[#choices + 1] = { label = 'leave it open', detail = 'the answer says what hangs on it', value = OPEN }
  if before == nil then
    return choices
  end
  local same = vim.iter(choices):find(function(it)
    return vim.deep_equal(it.value, before)
  end)
  local label = same and same.label or type(before) == 'string' and before or vim.json.encode(before)
  return remembered(choices, { label = label, detail = 'asked last', value = before })
end

--- A typed text is a value, or a list of values when it is a list in JSON.
local function value_of(text)
  local ok, list = pcall(vim.json.decode, text)
  local is_list = ok and type(list) == 'table' and vim.islist(list)
  local all_texts = is_list and vim.iter(list):all(function(it)
    return type(it) == 'string'
  end)
  return all_texts and list or text
end

--- Asks for what is open and asks the server again, until nothing new is open.
local function answer(client, buf, here, asked, before)
  while true do
    local context = vim.empty_dict()
    for key, value in pairs(asked.context) do
      context[key] = value ~= OPEN and value or nil
    end
    local argument = vim.tbl_extend('force', here, asked, { context = context })
    local result = ask(client, buf, 'simulate', argument)
    local is_done = true
    for _, it in ipairs(result.open) do
      if asked.context[it.key] == nil then
        is_done = false
        local chosen = choose(it.key, values_of(it.values, before.context[it.key]))
        if not chosen then
          return nil
        end
        asked.context[it.key] = chosen.value == nil and value_of(chosen.label) or chosen.value
      end
    end
    if is_done then
      return result.markdown
    end
  end
end

--- The steps; nil when the user left.
local function dialog(client, buf, here)
  local before = last[here.uri] or { context = {} }
  local function step(of, prompt, again, action)
    local found = ask(client, buf, 'choices', vim.tbl_extend('force', here, { of = of, action = action }))
    if #found == 1 and found[1].value == '*' then
      return '*'
    end
    local choices = vim.tbl_map(function(it)
      return { label = it.value, detail = it.detail }
    end, found)
    local chosen = choose(prompt, remembered(choices, again and { label = again, detail = 'asked last' }))
    return chosen and chosen.label
  end

  local principal = step('principal', 'Who asks?', before.principal)
  local action = principal and step('action', 'For which action?', before.action)
  local same = before.action == action and before.resource or nil
  local resource = action and step('resource', action .. ' on what?', same, action)
  if not resource then
    return nil
  end
  local asked = { principal = principal, action = action, resource = resource, context = {} }
  local markdown = answer(client, buf, here, asked, before)
  if markdown then
    last[here.uri] = asked
  end
  return markdown
end

--- The lines of a Markdown text with the text of links in place of the links, and the links.
local function without_links(markdown)
  local lines, links = {}, {}
  for row, line in ipairs(vim.split(vim.trim(markdown), '\n')) do
    local shown, rest = '', 1
    for at, text, uri, number, to in line:gmatch('()%[([^%]]*)%]%((%S-)#L(%d+)%)()') do
      shown = shown .. line:sub(rest, at - 1)
      links[#links + 1] = { row = row, from = #shown, to = #shown + #text, uri = uri, line = tonumber(number) }
      shown, rest = shown .. text, to
    end
    lines[row] = shown .. line:sub(rest)
  end
  return lines, links
end

--- Goes to the statement that the link under the cursor leads to, else the last link of the line.
local function follow()
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local link
  for _, it in ipairs(links_of[vim.api.nvim_get_current_buf()] or {}) do
    if it.row == row and not (link and link.from <= column and column < link.to) then
      link = it
    end
  end
  if not link then
    return
  end
  local buf = vim.uri_to_bufnr(link.uri)
  local win = vim.fn.bufwinid(buf)
  if win ~= -1 then
    vim.api.nvim_set_current_win(win)
  else
    vim.cmd.wincmd('p')
    vim.bo[buf].buflisted = true
    vim.api.nvim_win_set_buf(0, buf)
  end
  vim.cmd("normal! m'") -- CTRL-O leads back
  vim.api.nvim_win_set_cursor(0, { math.min(link.line, vim.api.nvim_buf_line_count(0)), 0 })
  vim.cmd('normal! ^zv')
end

--- Opens a window with an empty page of this name.
local function open_page(name, mods)
  vim.cmd.new({ mods = mods })
  local buf = vim.api.nvim_get_current_buf()
  vim.api.nvim_buf_set_name(buf, name)
  vim.bo[buf].buftype = 'nofile'
  vim.bo[buf].bufhidden = 'wipe'
  vim.bo[buf].swapfile = false
  vim.bo[buf].filetype = 'markdown'
  for _, key in ipairs({ '<CR>', 'gf' }) do
    vim.keymap.set('n', key, follow, { buffer = buf, desc = 'Go to the statement' })
  end
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buf, nowait = true, desc = 'Close' })
  local options = { wrap = true, linebreak = true, number = false, relativenumber = false, signcolumn = 'no' }
  for option, value in pairs(vim.tbl_extend('force', options, { spell = false, conceallevel = 2 })) do
    vim.wo[0][0][option] = value
  end
  return buf
end

local function show(markdown, name, mods)
  name = 'accesslens://' .. name
  local buf = vim.iter(vim.api.nvim_list_bufs()):find(function(it)
    return vim.api.nvim_buf_get_name(it) == name and vim.fn.bufwinid(it) ~= -1
  end)
  if buf then
    vim.api.nvim_set_current_win(vim.fn.bufwinid(buf))
  else
    buf = open_page(name, mods)
  end
  local lines, links = without_links(markdown)
  links_of[buf] = links
  vim.bo[buf].modifiable = true
  vim.api.nvim_buf_set_lines(buf, 0, -1, false, lines)
  vim.bo[buf].modifiable = false
  for _, it in ipairs(links) do
    local options = { end_col = it.to, hl_group = 'Underlined' }
    vim.api.nvim_buf_set_extmark(buf, namespace, it.row - 1, it.from, options)
  end
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
end

--- Shows what `work` gets from the server: the Markdown and the name of its page; nothing when it gives none.
---@param mods? table where the answer is shown, as of a command
---@param work fun(client: table, buf: integer, here: table): string?, string?
local function answered(mods, work)
  local buf = vim.api.nvim_get_current_buf()
  local client = vim.lsp.get_clients({ name = 'accesslens', bufnr = buf })[1]
  if not client then
    say('no server for this buffer; see :checkhealth accesslens', vim.log.levels.WARN)
    return
  end
  local here = {
    uri = vim.uri_from_bufnr(buf),
    position = vim.lsp.util.make_position_params(0, client.offset_encoding).position,
  }
  coroutine.wrap(function()
    local ok, markdown, name = pcall(work, client, buf, here)
    if not ok then
      say(type(markdown) == 'table' and markdown.reason or markdown, vim.log.levels.ERROR)
    elseif markdown then
      show(markdown, name, mods)
    end
  end)()
end

--- Asks one request of the policy under the cursor.
---@param mods? table where the answer is shown, as of a command
function M.run(mods)
  answered(mods, function(client, buf, here)
    return dialog(client, buf, here), 'request of ' .. vim.fs.basename(vim.api.nvim_buf_get_name(buf))
  end)
end

--- Says why a call was denied, from a message or an event in a register.
---@param mods? table where the answer is shown, as of a command
---@param register? string the clipboard if none is named
function M.explain_denied(mods, register)
  local text = vim.fn.getreg(register and register ~= '' and register or '+')
  if vim.trim(text) == '' then
    say('yank an AccessDenied message or a CloudTrail event first', vim.log.levels.WARN)
    return
  end
  answered(mods, function(client, buf, here)
    local argument = vim.tbl_extend('force', here, { text = text })
    return ask(client, buf, 'explainDenied', argument).markdown, 'why it was denied'
  end)
end

--- Says what the edits of the policy under the cursor change about access.
---@param mods? table where the answer is shown, as of a command
function M.changes(mods)
  answered(mods, function(client, buf, here)
    local found = ask(client, buf, 'changes', here)
    if not found or found == vim.NIL then
      say('nothing was edited in this policy')
      return nil
    end
    return found.markdown, 'changes of access'
  end)
end

--- Shows what the policies of the buffer really grant.
---@param mods? table where the answer is shown, as of a command
function M.report(mods)
  answered(mods, function(client, buf, here)
    return ask(client, buf, 'report', here).markdown, 'effective access'
  end)
end

return M
