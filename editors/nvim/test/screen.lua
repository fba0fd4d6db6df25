-- What a person sees: Neovim in a terminal (tmux), keys pressed, the screen read.
--   nvim -l screen.lua NVIM POLICY OUT
-- Writes each screen to OUT as text, and as PNG where CHROMIUM names a browser. Ends with 1 if a check failed.
local here = vim.fs.dirname(vim.fs.normalize(arg[0]))
local plugin = vim.fs.dirname(here)
local expected = vim.json.decode(table.concat(vim.fn.readfile(plugin .. '/../test/expected.json'), '\n'))
local terminal = dofile(here .. '/terminal.lua')
local press, type_text, search = terminal.press, terminal.type_text, terminal.search
local nvim, policy, out = arg[1], arg[2], arg[3]
local label = 'nvim-' .. assert(vim.fn.system({ nvim, '--version' }):match('v(%d+%.%d+)'))

local function save(name)
  local base = ('%s/%s-%s'):format(out, label, name)
  vim.fn.writefile(vim.split(terminal.read(), '\n'), base .. '.txt')
  if vim.env.CHROMIUM then
    terminal.picture(base .. '.png', 960, 540)
  end
end

--- Waits until the screen satisfies all of the conditions, each a text that must be there or a function.
local function see(name, ...)
  local conditions, last = { ... }, ''
  local ok = vim.wait(10000, function()
    last = terminal.read()
    return vim.iter(conditions):all(function(it)
      if type(it) == 'function' then
        return it(last)
      end
      return last:find(it, 1, true) ~= nil
    end)
  end, 50)
  save(ok and name or 'failure')
  if not ok then
    error(('%s: not on the screen: %s\n%s'):format(name, vim.inspect(conditions), last), 0)
  end
  print(('ok   %s'):format(name))
end

--- Whether a line has this text, with the other one after it.
local function line_with(text, after)
  return function(screen)
    return vim.iter(vim.split(screen, '\n')):any(function(line)
      local _, to = line:find(text, 1, true)
      return to ~= nil and line:find(after, to + 1, true) ~= nil
    end)
  end
end

local function run()
  terminal.start(nvim, 100, 26, policy)
  -- A hint stands between the text it follows and the rest of the line.
  local hinted = line_with(expected.hint.at:sub(1, -2), expected.hint.contains)
  local function lens(screen)
    return vim.iter(vim.split(screen, '\n')):any(function(line)
      return line:find(expected.lens.contains, 1, true) ~= nil and not line:find('"Effect"', 1, true)
    end)
  end
  see('1-lens-hint-diagnostic', lens, hinted, expected.diagnostic.message:sub(1, 20))

  search(expected.hover.at)
  type_text(':lua vim.lsp.buf.hover()')
  press('Enter')
  see('2-hover', expected.hover.contains)
  press('Escape', 'j', 'k')

  local it = expected.completion
  search(it.before:sub(1, -2))
  press('f', ']', 'i')
  type_text(', "' .. it.typed)
  press('C-x', 'C-o')
  see('3-completion', it.item)
  for _ = 1, 200 do -- the menu's own order is the server's business
    if terminal.read():find('"' .. it.item, 1, true) then
      break
    end
    press('C-n')
  end
  press('C-y', 'Escape') -- the server closes the string
  see('4-completed', '"' .. it.item .. '"]')

  search(expected.diagnostic.at)
  type_text(':lua vim.lsp.buf.code_action()')
  press('Enter')
  see('5-code-actions', expected.fix.title)
  local chosen = terminal.read():match('(%d+): ' .. vim.pesc(expected.fix.title))
  press(assert(chosen, 'no number before the fix'), 'Enter')
  see('6-fixed', expected.fix.after, function(screen)
    return not screen:find(expected.diagnostic.message:sub(1, 20), 1, true)
  end)
end

local ok, message = pcall(run)
terminal.stop()
if not ok then
  print('FAIL ' .. message)
  os.exit(1)
end
print(('seen in %s'):format(label))
os.exit(0)
