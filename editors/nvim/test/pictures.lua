-- The pictures of the README: seed policies in Neovim.
--   nvim -l pictures.lua NVIM POLICIES OUT      run through editors/screenshots.sh
local here = vim.fs.dirname(vim.fs.normalize(arg[0]))
local terminal = dofile(here .. '/terminal.lua')
local nvim, policies, out = arg[1], arg[2], arg[3]
local columns, lines = 150, 40

--- Opens a policy and saves the screen once it has the texts and stays as it is.
local function picture(name, texts)
  terminal.start(nvim, columns, lines, ('%s/%s.json'):format(policies, name))
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
  terminal.picture(('%s/nvim-%s.png'):format(out, name), 9 * columns + 30, 19 * lines + 24)
  terminal.stop()
  print(('nvim-%s.png'):format(name))
end

local ok, message = pcall(function()
  picture('S04', { '3 others never' })
  picture('S05', { 'every action of AWS', 'overrides' })
end)
terminal.stop()
if not ok then
  print('FAIL ' .. message)
  os.exit(1)
end
