//! Which diagnostics are sent, when a document has more than a client can show.

use std::ops::Range;

use ide::Severity;
use syntax::TextRange;

use super::Group;

/// How many diagnostics there are of each severity, the gravest first.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts([usize; 4]);

impl Counts {
    pub(super) fn add(&mut self, severity: Severity) {
        if let Some(n) = self.0.get_mut(severity as usize) {
            *n += 1;
        }
    }

    pub(super) fn add_all(&mut self, more: &Counts) {
        self.0.iter_mut().zip(more.0).for_each(|(all, n)| *all += n);
    }

    pub(super) fn sum(&self) -> usize {
        self.0.iter().sum()
    }

    /// Whether there is none of the `n` gravest severities.
    pub(super) fn has_none(&self, n: usize) -> bool {
        self.0.iter().take(n).all(|n| *n == 0)
    }
}

/// An edit that spans more groups of statements is everywhere.
const WIDEST_EDIT: usize = 4;

/// Which diagnostics are sent: all of the statements near the last edit, then the gravest.
#[derive(Debug)]
pub(super) struct Plan {
    /// The groups of statements of which all are sent.
    pub(super) focus: Range<usize>,
    /// How many severities are sent wholly.
    pub(super) whole: usize,
    /// How many of the next one are sent.
    part: usize,
}

impl Plan {
    /// Everything is sent.
    pub(super) fn all() -> Plan {
        Plan { focus: 0..0, whole: 4, part: 0 }
    }

    /// At most `left` of so many diagnostics are sent.
    pub(super) fn of(groups: &[Group], counts: &Counts, touched: Option<TextRange>, mut left: usize) -> Plan {
        // Before the first edit the reader is at the start.
        let touched = touched.unwrap_or(TextRange::empty(0));
        let first = groups.partition_point(|it| it.start <= touched.start).saturating_sub(1);
        let end = groups.partition_point(|it| it.start <= touched.end).max(first + 1);
        let focus = if end - first > WIDEST_EDIT { 0..1 } else { first..end };
        let mut near = Counts::default();
        groups.get(focus.clone()).into_iter().flatten().for_each(|it| near.add_all(&it.entry.counts));
        left = left.saturating_sub(near.sum());
        let mut whole = 0;
        for (all, near) in counts.0.iter().zip(near.0) {
            let n = all.saturating_sub(near);
            if n > left {
                break;
            }
            left -= n;
            whole += 1;
        }
        Plan { focus, whole, part: left }
    }

    /// Whether the next diagnostic, which is not in focus, is sent.
    pub(super) fn takes(&mut self, severity: Severity) -> bool {
        let severity = severity as usize;
        let is_part = severity == self.whole && self.part > 0;
        self.part -= usize::from(is_part);
        severity < self.whole || is_part
    }
}
