//! The policy files that scenarios name: from open documents where there are some, else from disk.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use ide::scenario::{Files, PolicyFile};
use ide::{Analysis, Config};
use policy::find::Hint;

use crate::workspace::{self, Input, Origin};

/// Gives the analysis of a document that is open, by its absolute path.
pub(crate) type Open<'a> = &'a dyn Fn(&Path) -> Option<Arc<Analysis>>;

/// Files as they were read, with when they were written and how long they are.
pub(crate) type Cache = Mutex<HashMap<PathBuf, (Stamp, Arc<Analysis>)>>;

/// When a file was written, and its length.
type Stamp = (SystemTime, u64);

/// The folders that a scenario may read. It is text that somebody else may have written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Within<'a> {
    pub(crate) folders: &'a [PathBuf],
    /// What they are, in words.
    pub(crate) name: &'static str,
    /// What to do about a file that is in none of them.
    pub(crate) advice: &'static str,
}

/// Policy files for one scenario file.
pub(crate) struct PolicyFiles<'a> {
    /// The folder of the scenario file: what paths count from.
    base: PathBuf,
    /// The folder from which paths are shown.
    shown_from: PathBuf,
    /// What may be read; `None` for everything.
    within: Option<Within<'a>>,
    open: Open<'a>,
    cache: Option<&'a Cache>,
    read: RefCell<BTreeMap<PathBuf, Result<Arc<PolicyFile>, String>>>,
}

impl<'a> PolicyFiles<'a> {
    pub(crate) fn new(
        base: &Path,
        shown_from: &Path,
        within: Option<Within<'a>>,
        open: Open<'a>,
    ) -> PolicyFiles<'a> {
        PolicyFiles {
            base: base.to_owned(),
            shown_from: shown_from.to_owned(),
            within,
            open,
            cache: None,
            read: RefCell::default(),
        }
    }

    /// Keeps what is read for the next time.
    pub(crate) fn with_cache(mut self, cache: &'a Cache) -> PolicyFiles<'a> {
        self.cache = Some(cache);
        self
    }

    /// The files that were read, in the order of their paths.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        self.read.borrow().keys().cloned().collect()
    }

    fn file(&self, path: &Path) -> Result<Arc<PolicyFile>, String> {
        if let Some(known) = self.read.borrow().get(path) {
            return known.clone();
        }
        let file = self.read_file(path);
        self.read.borrow_mut().insert(path.to_owned(), file.clone());
        file
    }

    fn read_file(&self, path: &Path) -> Result<Arc<PolicyFile>, String> {
        let location = std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string();
        let shown = path.strip_prefix(&self.shown_from).unwrap_or(path).display().to_string();
        if let Some(analysis) = (self.open)(path) {
            return Ok(Arc::new(PolicyFile { path: shown, location, analysis }));
        }
        self.check_inside(path, &shown)?;
        // A pipe has no end, and a device may have none either.
        if std::fs::metadata(path).is_ok_and(|it| !it.is_file()) {
            return Err(format!("{shown} is no regular file and was not read"));
        }
        let stamp = std::fs::metadata(path).ok().and_then(|it| Some((it.modified().ok()?, it.len())));
        let known = |cache: &Cache| {
            let cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
            cache.get(path).filter(|it| Some(it.0) == stamp).map(|it| Arc::clone(&it.1))
        };
        if let Some(analysis) = self.cache.and_then(known) {
            return Ok(Arc::new(PolicyFile { path: shown, location, analysis }));
        }
        let input = Input { origin: Origin::File(path.to_owned()), named: true };
        let text = workspace::read(&input).map_err(|it| it.0)?.unwrap_or_default();
        let hint =
            Hint { kind: None, file_name: path.file_name().and_then(|it| it.to_str()).map(str::to_owned) };
        let analysis = Arc::new(Analysis::of(&text, hint, Arc::new(Config::default())));
        if let (Some(cache), Some(stamp)) = (self.cache, stamp) {
            let mut cache = cache.lock().unwrap_or_else(PoisonError::into_inner);
            cache.insert(path.to_owned(), (stamp, Arc::clone(&analysis)));
        }
        Ok(Arc::new(PolicyFile { path: shown, location, analysis }))
    }

    /// Whether a file is in a folder that may be read, links followed.
    fn check_inside(&self, path: &Path, shown: &str) -> Result<(), String> {
        let Some(within) = &self.within else { return Ok(()) };
        let Ok(real) = std::fs::canonicalize(path) else { return Ok(()) };
        let is_inside = |folder: &PathBuf| std::fs::canonicalize(folder).is_ok_and(|it| real.starts_with(it));
        match within.folders.iter().any(is_inside) {
            true => Ok(()),
            false => {
                Err(format!("{shown} is outside of the {} and was not read; {}", within.name, within.advice))
            }
        }
    }
}

impl Files for PolicyFiles<'_> {
    fn find(&self, path: &str) -> Result<Vec<Arc<PolicyFile>>, String> {
        if path.trim().is_empty() {
            return Err("Name a file with policies".to_owned());
        }
        let joined = normal(&self.base.join(path));
        let is_glob = path.contains(['*', '?', '[', '{']) && !joined.exists();
        if !is_glob {
            if !joined.exists() && (self.open)(&joined).is_none() {
                return Err(format!("There is no file `{path}`; paths count from the folder of this file"));
            }
            if joined.is_dir() {
                return Err(format!(
                    "`{path}` is a folder; name its files, as `{}/*.json`",
                    path.trim_end_matches('/')
                ));
            }
            return Ok(vec![self.file(&joined)?]);
        }
        // Before it is searched: it may be the whole disk.
        self.check_inside(&workspace::base_of_glob(&joined.to_string_lossy()), path)?;
        let (inputs, failures) = workspace::inputs(&[OsString::from(&joined)], Path::new(""));
        if inputs.is_empty() {
            let reason = failures.first().map(|it| it.0.clone()).unwrap_or_default();
            return Err(match reason.starts_with("no file matches") {
                true => format!("No file matches `{path}`; paths count from the folder of this file"),
                false => reason,
            });
        }
        inputs.iter().map(|it| self.file(it.origin.path())).collect()
    }
}

/// A path without `.` and `..`, as far as these can be worked out from the text.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}
