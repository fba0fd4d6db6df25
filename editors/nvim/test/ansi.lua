--- Turns a terminal's screen, as `tmux capture-pane -e` gives it, into HTML.
local M = {}

-- The sixteen colours of a terminal, for those that a screen names by number.
local palette = {
  [0] = '#1c1c1c',
  '#d75f5f',
  '#87af5f',
  '#d7af5f',
  '#5f87d7',
  '#af87d7',
  '#5fafaf',
  '#c6c6c6',
  '#767676',
  '#ff8787',
  '#afd787',
  '#ffd787',
  '#87afff',
  '#d7afff',
  '#87d7d7',
  '#eeeeee',
} -- stylua: ignore

local function indexed(n)
  if n < 16 then
    return palette[n]
  elseif n >= 232 then
    local level = 8 + 10 * (n - 232)
    return ('#%02x%02x%02x'):format(level, level, level)
  end
  local function level(it)
    return it == 0 and 0 or 55 + 40 * it
  end
  n = n - 16
  return ('#%02x%02x%02x'):format(level(math.floor(n / 36)), level(math.floor(n / 6) % 6), level(n % 6))
end

--- Applies the numbers of one escape sequence to the style.
local function apply(style, codes)
  local i = 1
  local function colour()
    if codes[i + 1] == 5 then
      i = i + 2
      return indexed(codes[i])
    end
    i = i + 4
    return ('#%02x%02x%02x'):format(codes[i - 2], codes[i - 1], codes[i])
  end
  while i <= #codes do
    local code = codes[i]
    if code == 0 then
      for key in pairs(style) do
        style[key] = nil
      end
    elseif code == 1 then
      style.bold = true
    elseif code == 3 then
      style.italic = true
    elseif code == 4 then
      style.underline = true
    elseif code == 7 then
      style.reverse = true
    elseif code == 24 then
      style.underline = nil
    elseif code == 27 then
      style.reverse = nil
    elseif code == 38 then
      style.fg = colour()
    elseif code == 48 then
      style.bg = colour()
    elseif code == 58 then
      style.line = colour()
    elseif code == 39 then
      style.fg = nil
    elseif code == 49 then
      style.bg = nil
    elseif (code >= 30 and code <= 37) or (code >= 90 and code <= 97) then
      style.fg = palette[code >= 90 and code - 82 or code - 30]
    elseif (code >= 40 and code <= 47) or (code >= 100 and code <= 107) then
      style.bg = palette[code >= 100 and code - 92 or code - 40]
    end
    i = i + 1
  end
end

local function css(style, page)
  local fg, bg = style.fg or page.fg, style.bg or page.bg
  if style.reverse then
    fg, bg = bg, fg
  end
  local parts = { ('color:%s;background:%s'):format(fg, bg) }
  if style.bold then
    parts[#parts + 1] = 'font-weight:bold'
  end
  if style.italic then
    parts[#parts + 1] = 'font-style:italic'
  end
  if style.underline then
    parts[#parts + 1] = 'text-decoration:underline ' .. (style.line or fg)
  end
  return table.concat(parts, ';')
end

local entities = { ['<'] = '&lt;', ['>'] = '&gt;', ['&'] = '&amp;' }

---@param screen string
---@return string
function M.to_html(screen)
  local page = { fg = '#e0e2ea', bg = '#14161b' } -- Neovim's own dark colours
  local style, out = {}, {}
  local at = 1
  while at <= #screen do
    local from, to, codes = screen:find('\27%[([%d;:]*)m', at)
    local text = screen:sub(at, (from or 0) - 1):gsub('[<>&]', entities):gsub('\27%][^\27]*\27\\', '')
    if text ~= '' then
      out[#out + 1] = ('<span style="%s">%s</span>'):format(css(style, page), text)
    end
    if not from then
      break
    end
    -- The curls of an underline are drawn straight; sub-parameters count as parameters.
    codes = codes:gsub('4:%d', '4'):gsub('58:2::', '58;2;'):gsub(':', ';')
    apply(style, vim.tbl_map(tonumber, vim.split(codes == '' and '0' or codes, ';')))
    at = to + 1
  end
  return ([[<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: %s } pre { margin: 12px; font: 15px/19px "DejaVu Sans Mono", monospace }
</style><pre>%s</pre>]]):format(page.bg, table.concat(out))
end

return M
