//! What an editor or a command line asks about a file: findings, fixes, completion, hover, lenses.
//!
//! [`Analysis`] is the whole interface. It is immutable and cheap to share; [`Analysis::next`] makes the one
//! after an edit and keeps what the edit did not touch. Positions are byte offsets, answers own their text, and
//! nothing here knows of LSP, files or the clock.

pub mod analysis;
pub mod arn_form;
pub mod cancel;
pub mod change;
pub mod completion;
pub mod config;
pub mod dead;
pub mod decision;
pub mod denied;
pub mod element;
pub mod explain;
pub mod finding;
pub mod fix;
pub mod folding;
pub mod format;
pub mod hints;
pub mod hover;
pub mod id_form;
pub mod lens;
pub mod links;
pub mod nearest;
pub mod place;
pub mod provider;
pub mod region;
pub mod report;
pub mod rule;
pub mod rules;
pub mod scenario;
pub mod seen;
pub mod selection;
pub mod sentence;
pub mod settings;
pub mod simulate;
mod suppress;
pub mod symbols;
mod tokens;

pub use analysis::{Analysis, FindingAt, Kept, KeptAt, KeptChunk};
pub use cancel::{Cancel, Cancelled};
pub use config::{Config, Level};
pub use finding::{Finding, Fix, Related, Safety, Severity, Tag};
pub use rule::{Group, Rule};
pub use seen::Seen;
