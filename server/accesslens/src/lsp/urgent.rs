//! Answers that somebody waits for between two keys. While one is under way, diagnostics are held back: of a large
//! document they are megabytes, and a client that reads them first shows its list of completions late.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many such answers are under way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Urgent(Arc<AtomicUsize>);

/// One of them, until this is dropped.
#[derive(Debug)]
pub(crate) struct UnderWay(Urgent);

impl Urgent {
    pub(crate) fn begin(&self) -> UnderWay {
        self.0.fetch_add(1, Ordering::Relaxed);
        UnderWay(self.clone())
    }

    pub(crate) fn is_any(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}
