--- A Neovim in a terminal (tmux): keys are pressed and the screen is read, as text or as a picture.
local here = vim.fs.dirname(vim.uv.fs_realpath(debug.getinfo(1, 'S').source:sub(2)))
local to_html = dofile(here .. '/ansi.lua').to_html
local socket = ''
local n_started = 0
local M = {}

function M.tmux(...)
  local done = vim.system({ 'tmux', '-L', socket, '-f', '/dev/null', ... }, { text = true }):wait()
  assert(done.code == 0, done.stderr)
  return done.stdout
end

--- Starts a Neovim with a user's configuration in a terminal of this size. The file's path is absolute.
function M.start(nvim, columns, lines, file)
  -- A server that is ending still holds its socket.
  n_started = n_started + 1
  socket = ('accesslens-%d-%d'):format(vim.uv.os_getpid(), n_started)
  local size = { '-c', vim.fs.dirname(file), '-x', tostring(columns), '-y', tostring(lines) }
  local command = { nvim, '--clean', '-n', '-u', here .. '/init.lua', vim.fs.basename(file) }
  M.tmux('new-session', '-d', '-s', 'screen', unpack(vim.list_extend(size, command)))
end

function M.stop()
  pcall(M.tmux, 'kill-server')
end

function M.press(...)
  for _, key in ipairs({ ... }) do
    M.tmux('send-keys', '-t', 'screen', key)
    vim.wait(40)
  end
end

function M.type_text(text)
  for char in text:gmatch('.') do
    M.tmux('send-keys', '-t', 'screen', '-l', char)
    vim.wait(40)
  end
end

function M.search(text)
  M.press('Escape')
  M.type_text('/\\V' .. text:gsub('/', '\\/'))
  M.press('Enter')
end

function M.read()
  return M.tmux('capture-pane', '-p', '-t', 'screen')
end

--- Saves the screen as a PNG of this size, by the browser that CHROMIUM names.
function M.picture(file, width, height)
  local html = vim.fn.tempname() .. '.html'
  vim.fn.writefile(vim.split(to_html(M.tmux('capture-pane', '-p', '-e', '-N', '-t', 'screen')), '\n'), html)
  local done = vim
    .system({
      vim.env.CHROMIUM,
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--hide-scrollbars',
      ('--window-size=%d,%d'):format(width, height),
      '--screenshot=' .. file,
      'file://' .. html,
    }, { text = true })
    :wait()
  assert(done.code == 0 and vim.uv.fs_stat(file), 'no PNG: ' .. done.stderr)
end

return M
