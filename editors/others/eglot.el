;;; Opens a policy in Emacs with eglot and the settings of docs/editors.md, and waits for a finding and a hover.

(setq package-directory-list '("/usr/share/emacs/site-lisp/elpa"))
(package-initialize)
(require 'eglot)
(load (getenv "SNIPPET") nil t)
(setq eglot-confirm-server-initiated-edits nil)

(find-file (getenv "POLICY"))
(unless (derived-mode-p 'js-json-mode)
  ;; Emacs 28 has no mode for JSON alone.
  (define-derived-mode js-json-mode js-mode "JSON")
  (js-json-mode))
(apply #'eglot (eglot--guess-contact))
(flymake-mode 1)

(defun wait-for (what found)
  "Wait until FOUND returns something, or fail for the lack of WHAT."
  (let ((end (+ (float-time) 20)) it)
    (while (and (not (setq it (funcall found))) (< (float-time) end))
      (accept-process-output nil 0.05))
    (unless it (message "no %s" what) (kill-emacs 1))
    it))

(let ((text (mapconcat #'flymake-diagnostic-text
                       (wait-for "diagnostics" (lambda () (flymake-start) (flymake-diagnostics))) "\n")))
  (unless (string-match-p "GetObjet" text) (message "other diagnostics: %s" text) (kill-emacs 1)))
(search-forward "s3:Get*")
(let ((hover (jsonrpc-request (eglot--current-server-or-lose) :textDocument/hover
                              (eglot--TextDocumentPositionParams))))
  (unless hover (message "no hover") (kill-emacs 1)))
(eglot-shutdown (eglot-current-server))
