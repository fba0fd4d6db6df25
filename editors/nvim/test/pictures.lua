-- The pictures of the README: seed policies in Neovim.
--   nvim -l pictures.lua NVIM POLICIES OUT      run through editors/screenshots.sh
local here = vim.fs.dirname(vim.fs.normalize(arg[0]))
local terminal = dofile(here .. '/terminal.lua')
local nvim, policies, out = arg[1], arg[2], arg[3]
local columns, lines = 150, 40

--- Opens a policy, does what is asked, and saves the screen once it has the texts and stays as it is.
local function picture(name, file, texts, act)
  terminal.start(nvim, columns, lines, policies .. '/' .. file)
  local function rest(wanted)
    local last
    local ok = vim.wait(20000, function()
      local now = terminal.read()
      local same = now == last
      last = now
      return same and vim.iter(wanted):all(function(it)
        return now:find(it, 1, true) ~= nil
      end)
    end, 600)
    assert(ok, ('%s: not on the screen: %s\n%s'):format(name, vim.inspect(wanted), last))
  end
  rest(texts)
  if act then
    rest(act())
  end
  terminal.picture(('%s/nvim-%s.png'):format(out, name), 9 * columns + 30, 19 * lines + 24)
  terminal.stop()
  print(('nvim-%s.png'):format(name))
end

local ok, message = pcall(function()
  picture('S04', 'S04.json', { 'InstanceTypes is', 'never' })
  picture('S05', 'S05.json', { 'every action of AWS', 'overrides' })
  picture('hover', 'S04.json', { 'InstanceTypes is' }, function()
    terminal.search('sagemaker:InstanceTypes')
    terminal.type_text(':lua vim.lsp.buf.hover()')
    terminal.press('Enter')
    return { 'several values' }
  end)
end)
terminal.stop()
if not ok then
  print('FAIL ' .. message)
  os.exit(1)
end
