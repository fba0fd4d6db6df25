//! What is kept with statements from one version of a file to the next, and the findings in it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use policy::eval;
use policy::model::{Form, Policy};
use policy::reach;
use policy::statements::Chunk;
use syntax::{TextEdit, TextRange, TextSize};

use crate::analysis::Analysis;
use crate::finding::{Finding, Fix, Related};
use crate::hints::Hint;

/// What is kept with a statement as long as its text and what it is checked against stay the same: the same `Arc`
/// means the same findings.
#[derive(Debug)]
pub struct Kept {
    pub(crate) against: Against,
    pub(crate) checked: OnceLock<Checked>,
    /// The statement taken apart for decisions, as a policy of the kind that first asked has it.
    pub(crate) compiled: OnceLock<Arc<eval::Statement>>,
    /// The statement as a set of requests.
    pub(crate) reach: OnceLock<Arc<reach::Statement>>,
    /// Its hints, from its start.
    pub(crate) hints: OnceLock<Box<[Hint]>>,
}

/// What is kept with a chunk of statements: the same `Arc` means the same findings.
#[derive(Debug)]
pub struct KeptChunk {
    pub(crate) against: Against,
    pub(crate) of: Arc<Chunk>,
    pub(crate) items: Box<[Arc<Kept>]>,
    /// Set once all of them are checked.
    pub(crate) is_checked: OnceLock<()>,
}

/// A chunk of statements, and where it is.
#[derive(Debug, Clone, Copy)]
pub struct KeptAt<'a> {
    /// Where its first statement starts in the file.
    pub start: TextSize,
    /// What is kept with it.
    pub kept: &'a Arc<KeptChunk>,
}

/// What the rules say of a statement.
#[derive(Debug)]
pub(crate) struct Checked {
    /// By position.
    pub(crate) findings: Box<[Finding]>,
    /// What rules on policies noted, by the index of the rule.
    pub(crate) marks: Box<[(usize, u64)]>,
}

/// What findings of a statement depend on, besides its text and the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Against {
    pub(crate) kind: policy::PolicyKind,
    pub(crate) form: Form,
    pub(crate) has_variables: bool,
    pub(crate) in_list: bool,
}

/// A finding, and where the text it counts from starts in the file.
#[derive(Debug, Clone, Copy)]
pub struct FindingAt<'a> {
    /// The finding; its own ranges are not the file's.
    pub finding: &'a Finding,
    pub(crate) offset: TextSize,
}

impl Kept {
    fn new(against: Against) -> Kept {
        Kept {
            against,
            checked: OnceLock::new(),
            compiled: OnceLock::new(),
            reach: OnceLock::new(),
            hints: OnceLock::new(),
        }
    }

    /// The findings of the statement, which starts at `start`, by position, without those whose numbers are in `muted`;
    /// levels are not applied.
    pub fn reported<'a>(
        &'a self,
        start: TextSize,
        muted: &'a [usize],
    ) -> impl Iterator<Item = FindingAt<'a>> {
        let findings = self.checked.get().into_iter().flat_map(|it| &it.findings).enumerate();
        let reported = findings.filter(|(n, _)| muted.binary_search(n).is_err());
        reported.map(move |(_, finding)| FindingAt { finding, offset: start })
    }
}

impl<'a> KeptAt<'a> {
    /// How many statements it has.
    #[expect(clippy::len_without_is_empty, reason = "there is at least one")]
    pub fn len(self) -> usize {
        self.kept.items.len()
    }

    /// Where each of its statements starts in the file, and what is kept with it.
    pub fn statements(self) -> impl Iterator<Item = (TextSize, &'a Arc<Kept>)> {
        let starts = self.kept.of.statements(self.start).map(|it| it.start);
        starts.zip(&self.kept.items)
    }
}

impl<'a> FindingAt<'a> {
    /// A finding whose ranges are the file's.
    pub fn in_file(finding: &'a Finding) -> FindingAt<'a> {
        FindingAt { finding, offset: 0 }
    }
}

impl FindingAt<'_> {
    /// Where it is in the file.
    pub fn range(&self) -> TextRange {
        self.finding.range + self.offset
    }

    /// The related places in the file.
    pub fn related(&self) -> impl Iterator<Item = Related> + '_ {
        let shift = |it: &Related| Related { range: it.range + self.offset, message: it.message.clone() };
        self.finding.related.iter().map(shift)
    }

    /// The fixes, with edits of the file; what they call a statement that they add may be taken.
    pub(crate) fn fixes(&self) -> impl Iterator<Item = Fix> + '_ {
        let shift = |it: &TextEdit| TextEdit { range: it.range + self.offset, text: it.text.clone() };
        self.finding
            .fixes
            .iter()
            .map(move |it| Fix { edits: it.edits.iter().map(shift).collect(), ..it.clone() })
    }
}

/// What is kept with each chunk of a policy.
pub(crate) fn kept(policy: &Policy, known: &Known<'_>) -> Vec<Arc<KeptChunk>> {
    let first = policy.statements.first().map(|it| it.start);
    let against = Against {
        kind: policy.kind,
        form: policy.form,
        has_variables: policy.has_variables(),
        in_list: policy.statement_value.is_some_and(|it| Some(it.start) != first),
    };
    let chunks = policy.statements.chunks().iter();
    chunks.map(|it| known.chunk(&it.chunk, against)).collect()
}

/// What was kept with the version before.
pub(crate) struct Known<'a> {
    /// By the address of the chunk.
    chunks: HashMap<usize, &'a Arc<KeptChunk>>,
    /// Of the statements whose chunk is no more, by the address of what they say.
    statements: HashMap<usize, &'a Arc<Kept>>,
}

impl<'a> Known<'a> {
    pub(crate) fn new(before: Option<&'a Analysis>, now: &[Policy]) -> Known<'a> {
        let before = || before.into_iter().flat_map(Analysis::chunks);
        let chunks = before().map(|it| (address(&it.of), it)).collect();
        let now = now.iter().flat_map(|it| it.statements.chunks());
        let now: HashSet<usize> = now.map(|it| address(&it.chunk)).collect();
        let gone = before().filter(|it| !now.contains(&address(&it.of)));
        let each =
            |it: &'a Arc<KeptChunk>| it.of.statements(0).map(|at| address(at.statement)).zip(&it.items);
        Known { chunks, statements: gone.flat_map(each).collect() }
    }

    fn chunk(&self, chunk: &Arc<Chunk>, against: Against) -> Arc<KeptChunk> {
        let found = self.chunks.get(&address(chunk));
        if let Some(found) = found.filter(|it| it.against == against) {
            return Arc::clone(found);
        }
        let items = chunk.statements(0).map(|it| {
            let found = self.statements.get(&address(it.statement)).filter(|it| it.against == against);
            found.map_or_else(|| Arc::new(Kept::new(against)), |it| Arc::clone(it))
        });
        let items = items.collect();
        Arc::new(KeptChunk { against, of: Arc::clone(chunk), items, is_checked: OnceLock::new() })
    }
}

/// What is looked up lives as long as the version before, so nothing new has its address.
fn address<T>(it: &Arc<T>) -> usize {
    Arc::as_ptr(it).addr()
}
