" Opens a policy in Vim with ALE and the settings of docs/editors.md, and waits for a finding.
set nocompatible noswapfile hidden
set runtimepath^=/usr/share/vim-ale
filetype plugin on
let g:ale_lint_delay = 0
runtime plugin/ale.vim
source $SNIPPET

edit $POLICY
let s:left = 400
function! s:Look(timer) abort
  let l:found = map(copy(ale#engine#GetLoclist(bufnr(''))), 'v:val.text')
  if match(l:found, 'GetObjet') >= 0
    qall!
  endif
  let s:left -= 1
  if s:left == 0
    call writefile(l:found, $MESSAGES)
    cquit!
  endif
endfunction
call timer_start(50, function('s:Look'), {'repeat': -1})
