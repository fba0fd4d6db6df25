-- A user's configuration, for screen.lua.
vim.opt.runtimepath:prepend(vim.fs.dirname(vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))))
vim.opt.completeopt = 'menu,menuone,noselect'
vim.opt.termguicolors = true
vim.opt.hlsearch = false
vim.opt.number = true
vim.opt.signcolumn = 'yes'
vim.opt.updatetime = 200
vim.diagnostic.config({ severity_sort = true, virtual_text = true })
