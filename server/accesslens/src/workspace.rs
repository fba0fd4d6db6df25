//! Files: which ones are meant, and what is in them.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use ignore::WalkBuilder;

/// Files beyond this size are not read.
pub const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// What a folder is searched for.
const EXTENSIONS: [&str; 3] = ["json", "jsonc", "template"];

/// Something that could not be done: what, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(pub String);

/// A text to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Input {
    /// Where it is.
    pub origin: Origin,
    /// Whether it was asked for by its own name, and not found in a folder or by a glob.
    pub named: bool,
}

/// Where a text comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Standard input, under the name it goes by.
    Stdin(PathBuf),
    /// A file.
    File(PathBuf),
}

impl Origin {
    /// The path it goes by.
    pub fn path(&self) -> &Path {
        match self {
            Origin::Stdin(path) | Origin::File(path) => path,
        }
    }
}

/// The texts that arguments mean: files, folders, globs, and `-` for standard input, which goes by the name
/// `stdin_name`. Each once, in the order of the arguments, those of a folder by name.
pub fn inputs(paths: &[OsString], stdin_name: &Path) -> (Vec<Input>, Vec<Failure>) {
    let mut found = Found::default();
    for path in paths {
        if path == "-" {
            found.add(Origin::Stdin(stdin_name.to_owned()), true);
            continue;
        }
        let path = Path::new(path);
        match std::fs::metadata(path) {
            Ok(it) if it.is_dir() => found.folder(path),
            Ok(_) => found.add(Origin::File(path.to_owned()), true),
            Err(error) => match path.to_str().filter(|it| it.contains(['*', '?', '[', '{'])) {
                Some(glob) => found.glob(glob),
                None => found.failures.push(Failure(format!(
                    "cannot read {}: {}; check the path, or put a glob in quotes",
                    path.display(),
                    reason(&error)
                ))),
            },
        }
    }
    (found.inputs, found.failures)
}

#[derive(Default)]
struct Found {
    inputs: Vec<Input>,
    seen: BTreeSet<Origin>,
    failures: Vec<Failure>,
}

impl Found {
    fn add(&mut self, origin: Origin, named: bool) {
        if self.seen.insert(origin.clone()) {
            self.inputs.push(Input { origin, named });
        }
    }

    fn folder(&mut self, folder: &Path) {
        self.walk(folder, may_be_policy);
    }

    fn glob(&mut self, pattern: &str) {
        let glob = match GlobBuilder::new(pattern).literal_separator(true).build() {
            Ok(it) => it.compile_matcher(),
            Err(error) => return self.failures.push(Failure(format!("{error}; correct the glob"))),
        };
        let base = base_of_glob(pattern);
        let n_before = self.inputs.len();
        if base.is_dir() {
            self.walk(&base, |path| {
                glob.is_match(path) || glob.is_match(path.strip_prefix(".").unwrap_or(path))
            });
        }
        if self.inputs.len() == n_before {
            let message = format!("no file matches {pattern}; what .gitignore names is left out");
            self.failures.push(Failure(message));
        }
    }

    fn walk(&mut self, folder: &Path, wanted: impl Fn(&Path) -> bool) {
        for entry in walker(folder).build() {
            match entry {
                Ok(it) if it.file_type().is_some_and(|it| it.is_file()) && wanted(it.path()) => {
                    let path = it.path();
                    let path = path.strip_prefix("./").unwrap_or(path);
                    self.add(Origin::File(path.to_owned()), false);
                }
                Ok(_) => {}
                Err(error) => self.failures.push(not_walked(&error)),
            }
        }
    }
}

/// Says which folder could not be looked into.
fn not_walked(error: &ignore::Error) -> Failure {
    match error {
        ignore::Error::WithDepth { err, .. } => not_walked(err),
        ignore::Error::WithPath { path, err } => {
            let why = err.io_error().map_or_else(|| err.to_string(), reason);
            let shown = path.display();
            Failure(format!("cannot look into {shown}: {why}; what is below it was left out"))
        }
        other => Failure(format!("cannot look into a folder: {other}; what is below it was left out")),
    }
}

/// The folder that a glob is searched in: its parts before the first that is not fixed.
pub fn base_of_glob(pattern: &str) -> PathBuf {
    let is_fixed = |it: &std::path::Component<'_>| {
        it.as_os_str().to_str().is_some_and(|it| !it.contains(['*', '?', '[', '{']))
    };
    let base: PathBuf = Path::new(pattern).components().take_while(is_fixed).collect();
    if base.as_os_str().is_empty() { PathBuf::from(".") } else { base }
}

/// A walk through a folder in the order of names, without what `.gitignore` names and without links.
fn walker(folder: &Path) -> WalkBuilder {
    let mut walk = WalkBuilder::new(folder);
    walk.require_git(false).sort_by_file_name(|a, b| a.cmp(b));
    walk.filter_entry(|it| it.file_name() != "node_modules");
    walk
}

/// Whether a file's name is one of a policy.
fn may_be_policy(path: &Path) -> bool {
    let extension = path.extension().and_then(|it| it.to_str());
    extension.is_some_and(|it| EXTENSIONS.iter().any(|known| it.eq_ignore_ascii_case(known)))
}

/// The files below a folder that policies may be in. What cannot be read is passed over.
pub fn policy_files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let files = walker(folder).build().filter_map(Result::ok);
    let files = files.filter(|it| it.file_type().is_some_and(|it| it.is_file()));
    files.map(ignore::DirEntry::into_path).filter(|it| may_be_policy(it))
}

/// The text of an input. `Ok(None)` is a file found in a folder that is not UTF-8 and cannot hold a policy.
pub fn read(input: &Input) -> Result<Option<String>, Failure> {
    let shown = input.origin.path().display();
    let failed = |error: std::io::Error| Failure(format!("cannot read {shown}: {}", reason(&error)));
    let mut bytes = Vec::new();
    match &input.origin {
        Origin::Stdin(_) => std::io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes),
        Origin::File(path) => {
            let file = std::fs::File::open(path).map_err(failed)?;
            file.take(MAX_BYTES + 1).read_to_end(&mut bytes)
        }
    }
    .map_err(failed)?;
    if bytes.len() as u64 > MAX_BYTES {
        let limit = MAX_BYTES / (1024 * 1024);
        return Err(Failure(format!("{shown} is larger than {limit} MiB and was not checked; split it up")));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(error) => {
            let valid_up_to = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            if !input.named && !may_hold_policy(&bytes) {
                return Ok(None);
            }
            let what = match bytes.as_slice() {
                [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "is UTF-16".to_owned(),
                _ => format!("is not UTF-8 (byte {valid_up_to})"),
            };
            Err(Failure(format!("{shown} {what} and was not checked; save it as UTF-8")))
        }
    }
}

/// Whether `Statement` or `Effect` is written in it, in whatever encoding.
fn may_hold_policy(bytes: &[u8]) -> bool {
    let letters: Vec<u8> = bytes.iter().copied().filter(|it| *it != 0).collect();
    let has = |word: &[u8]| letters.windows(word.len()).any(|it| it == word);
    has(b"Statement") || has(b"Effect")
}

/// Puts `text` in place of a file's text: all of it or, if anything fails, nothing.
pub fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| {
        let message = format!("cannot write {}: {}; it is as it was", path.display(), reason(&error));
        Failure(message)
    };
    // Through a link to the file itself, which a rename would otherwise replace by a copy.
    let target = std::fs::canonicalize(path).map_err(failed)?;
    let permissions = std::fs::metadata(&target).map_err(failed)?.permissions();
    if permissions.readonly() {
        return Err(failed(std::io::Error::from(std::io::ErrorKind::PermissionDenied)));
    }
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    let beside = target.with_file_name(name);
    // Made anew, so that no link which waits under this name is followed.
    let written = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&beside)
        .and_then(|mut it| it.write_all(text.as_bytes()))
        .and_then(|()| std::fs::set_permissions(&beside, permissions))
        .and_then(|()| std::fs::rename(&beside, &target));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written.map_err(failed)
}

/// An error in words, without the system's number.
pub fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    }
}
