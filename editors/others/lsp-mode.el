;;; Opens a policy in Emacs with lsp-mode and the settings of docs/editors.md, and waits for a finding and a hover.

(setq package-directory-list '("/usr/share/emacs/site-lisp/elpa"))
(package-initialize)
(setq lsp-auto-guess-root t
      lsp-session-file (expand-file-name "session" (getenv "HOME"))
      lsp-enable-suggest-server-download nil)
(require 'lsp-mode)
(load (getenv "SNIPPET") nil t)

(find-file (getenv "POLICY"))
(unless (derived-mode-p 'js-json-mode)
  ;; Emacs 28 has no mode for JSON alone.
  (define-derived-mode js-json-mode js-mode "JSON")
  (js-json-mode))
(lsp-workspace-folders-add default-directory)
(lsp)

(let ((end (+ (float-time) 20)) (file (buffer-file-name)) text)
  (while (and (null (setq text (mapconcat #'lsp:diagnostic-message (gethash file (lsp-diagnostics t)) "\n")))
              (< (float-time) end))
    (accept-process-output nil 0.05))
  (while (and (string-empty-p text) (< (float-time) end))
    (accept-process-output nil 0.05)
    (setq text (mapconcat #'lsp:diagnostic-message (gethash file (lsp-diagnostics t)) "\n")))
  (unless (string-match-p "GetObjet" text) (message "other diagnostics: %s" text) (kill-emacs 1)))
(search-forward "s3:Get*")
(unless (lsp-request "textDocument/hover" (lsp--text-document-position-params))
  (message "no hover")
  (kill-emacs 1))
