//! Reports on files: what the command line writes and editors show.

use ide::report::{self, Document, Section};
use ide::{Analysis, Cancel, Cancelled};
use syntax::Encoding;

/// The policies of a file, each with its place.
///
/// # Errors
/// Fails when it is cancelled.
pub(crate) fn sections(analysis: &Analysis, path: &str, cancel: &Cancel) -> Result<Vec<Section>, Cancelled> {
    let line = |at| analysis.file().text().line_col(at, Encoding::Utf32).line + 1;
    let section =
        |policy: report::Policy| Section { path: path.to_owned(), line: line(policy.start), policy };
    Ok(report::of(analysis, cancel)?.into_iter().map(section).collect())
}

/// The report on one file as Markdown; `None` when it holds no policy.
///
/// # Errors
/// Fails when it is cancelled.
pub(crate) fn of_file(analysis: &Analysis, path: &str, cancel: &Cancel) -> Result<Option<String>, Cancelled> {
    let sections = sections(analysis, path, cancel)?;
    if sections.is_empty() {
        return Ok(None);
    }
    let title = "Effective access".to_owned();
    let made_by = format!("accesslens {}", crate::cli::version());
    let document = Document { title, now: analysis.config().now, made_by, sections };
    Ok(Some(report::markdown::write(&document)))
}
