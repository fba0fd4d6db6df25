//! JSON text to a lossless, incremental tree. Knows nothing of IAM.
//!
//! [`parse`] turns any text into a [`Tree`]; there is no input it refuses. Errors are data inside the tree.
//! [`SourceFile`] keeps a text and its tree together and moves both across an edit, re-parsing as little as
//! the edit allows and sharing every other node. [`ast`] reads the tree as JSON values.

pub mod ast;
mod edit;
mod error;
mod kind;
mod lexer;
mod parser;
mod reparse;
mod seq;
mod text;
mod tree;

pub use edit::TextEdit;
pub use error::{SyntaxError, SyntaxErrorKind};
pub use kind::Kind;
pub use lexer::{Lexed, lex};
pub use parser::{MAX_DEPTH, parse};
pub use reparse::{SourceFile, reparse};
pub use text::{Encoding, LineCol, Text, TextRange, TextSize};
pub use tree::{Common, Element, Landmarks, Node, Tree};
