-- The pictures of the READMEs: seed policies, a scenario and a simulated request in Neovim.
--   nvim -l pictures.lua NVIM POLICIES OUT      run through editors/screenshots.sh
local here = vim.fs.dirname(vim.fs.normalize(arg[0]))
local terminal = dofile(here .. '/terminal.lua')
local nvim, policies, out = arg[1], arg[2], arg[3]
local expected = vim.json.decode(table.concat(vim.fn.readfile(here .. '/../../test/expected.json'), '\n'))
local columns, lines = 150, 40

--- Waits until the screen has the texts and stays as it is.
local function see(name, texts)
  local last
  local ok = vim.wait(20000, function()
    local now = terminal.read()
    local same = now == last
    last = now
    return same and vim.iter(texts):all(function(it)
      return now:find(it, 1, true) ~= nil
    end)
  end, 600)
  assert(ok, ('%s: not on the screen: %s\n%s'):format(name, vim.inspect(texts), last))
end

local function save(name)
  terminal.picture(('%s/nvim-%s.png'):format(out, name), 9 * columns + 30, 19 * lines + 24)
  terminal.stop()
  print(('nvim-%s.png'):format(name))
end

--- Opens a file and saves the screen once it has the texts.
local function picture(name, file, texts)
  terminal.start(nvim, columns, lines, ('%s/%s'):format(policies, file))
  see(name, texts)
  save(name)
end

--- Answers a step of a dialog: by the item that has the text, else by typing it.
local function answer(question, text)
  see(question, { question })
  local function number(of)
    return terminal.read():match('(%d+): ' .. vim.pesc(of))
  end
  local listed = number(text)
  terminal.type_text(listed or assert(number('type it'), 'no list'))
  terminal.press('Enter')
  if not listed then
    terminal.type_text(text)
    terminal.press('Enter')
  end
end

local ok, message = pcall(function()
  picture('S04', 'S04.json', { '3 others never' })
  picture('S05', 'S05.json', { 'every action of AWS', 'overrides' })
  picture('scenario', 'guarded.access.jsonc', { 'expected allowed', 'nearest is' })

  local it = expected.simulate
  terminal.start(nvim, columns, lines, policies .. '/guarded.json')
  see('simulate', { 'OnlyFromOurVpc' })
  terminal.search(it.at)
  terminal.type_text(':rightbelow vertical AccesslensSimulate')
  terminal.press('Enter')
  answer('Who asks?', it.principal)
  answer('For which action?', it.action)
  answer(it.action .. ' on what?', it.resource)
  answer(it.key, it.values[2].choice)
  see('simulate', { it.values[2].answer, 'Not given' })
  save('simulate')
end)
terminal.stop()
if not ok then
  print('FAIL ' .. message)
  os.exit(1)
end
