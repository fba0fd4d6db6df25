//! `accesslens parse`: the tree of a text and what is wrong with it, for reports of bugs.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;

use syntax::{Element, Encoding, Node, SourceFile, TextRange, TextSize};

use super::{Exit, print};
use crate::workspace::{self, Failure};

/// Show the syntax tree of a file and its syntax errors
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The file; `-` is standard input
    file: OsString,
}

pub(crate) fn run(args: &Args) -> Result<Exit, Failure> {
    let (inputs, failures) = workspace::inputs(std::slice::from_ref(&args.file), Path::new("stdin"));
    if let Some(failure) = failures.into_iter().next() {
        return Err(failure);
    }
    let [input] = inputs.as_slice() else {
        return Err(Failure(format!("{} is not one file; name one", args.file.display())));
    };
    let text = workspace::read(input)?.unwrap_or_default();
    let file = SourceFile::new(&text, policy::find::LANDMARKS);
    print(|out| {
        node(&file, file.tree().root(), 0, 0, out)?;
        for error in file.tree().errors(usize::MAX) {
            let at = file.text().line_col(error.range.start, Encoding::Utf32);
            let (line, column) = (at.line + 1, at.column + 1);
            let (start, end) = (error.range.start, error.range.end);
            writeln!(
                out,
                "error {start}..{end} at {line}:{column}: {:?}: {}",
                error.kind,
                error.kind.message()
            )?;
        }
        Ok(())
    })?;
    Ok(if file.tree().has_errors() { Exit::Findings } else { Exit::Clean })
}

fn node(file: &SourceFile, of: &Node, start: TextSize, depth: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{:1$}{2:?} {start}..{3}", "", 2 * depth, of.kind(), start + of.width())?;
    for (offset, element) in of.children() {
        let at = start + offset;
        match element {
            Element::Node(child) => node(file, child, at, depth + 1, out)?,
            Element::Token { kind, width } => {
                let end = at + width;
                let text = file.text().slice(TextRange::new(at, end));
                writeln!(out, "{:1$}{kind:?} {at}..{end} {text:?}", "", 2 * depth + 2)?;
            }
        }
    }
    Ok(())
}
