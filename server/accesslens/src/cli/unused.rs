//! What configuration files keep quiet in vain: told by `check` of those whose files it has all seen.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use chrono::NaiveDateTime;
use ide::config::Pack;
use ide::settings;
use ide::{Finding, Level};
use syntax::SourceFile;

use super::check::{Checked, Found, Job};
use crate::config::{Settings, glob_fault};
use crate::pointer;

/// Which of the elements of `ignore` that hold for a file keep something quiet there.
pub(super) enum Ignores {
    /// These, by number among them, each with the number of the rule's name in it.
    Used(Vec<(usize, usize)>),
    /// That cannot be said.
    Unknown,
}

/// Which elements of `ignore` keep something quiet in the files seen so far, by the configuration they stand in.
#[derive(Default)]
pub(super) struct Used {
    names: BTreeSet<(PathBuf, usize, usize)>,
    /// Elements of which that cannot be said.
    unknown: BTreeSet<(PathBuf, usize)>,
}

impl Used {
    pub(super) fn add(&mut self, job: &Job, ignores: Ignores) {
        let Some(file) = job.settings.file() else { return };
        let elements = job.settings.ignores_for(&job.path);
        match ignores {
            Ignores::Used(used) => {
                let known = used.into_iter().filter_map(|(n, name)| Some((*elements.get(n)?, name)));
                self.names.extend(known.map(|(element, name)| (file.to_path_buf(), element, name)));
            }
            Ignores::Unknown => self.unknown.extend(elements.into_iter().map(|it| (file.to_path_buf(), it))),
        }
    }

    fn has(&self, file: &Path, element: usize, name: usize) -> bool {
        self.names.contains(&(file.to_owned(), element, name))
            || self.unknown.contains(&(file.to_owned(), element))
    }
}

/// What the configurations of the jobs keep quiet in vain: of those whose folder is one of `paths` or lies in one, so
/// that all their files were seen.
pub(super) fn find(
    jobs: &[Job],
    used: &Used,
    paths: &[OsString],
    pack: Option<Pack>,
    now: NaiveDateTime,
) -> Vec<Checked> {
    let folders = paths.iter().filter(|it| Path::new(it).is_dir());
    let folders: Vec<PathBuf> = folders.filter_map(|it| std::fs::canonicalize(it).ok()).collect();
    let mut configurations: BTreeMap<&Path, &Settings> = BTreeMap::new();
    for job in jobs {
        configurations.extend(job.settings.file().map(|it| (&**it, &*job.settings)));
    }
    let is_seen = |file: &Path| {
        let base = file.parent().and_then(|it| std::fs::canonicalize(it).ok());
        base.is_some_and(|base| folders.iter().any(|it| base.starts_with(it)))
    };
    let seen = configurations.into_iter().filter(|(file, _)| is_seen(file));
    seen.filter_map(|(file, settings)| in_file(file, settings, used, pack, now)).collect()
}

fn in_file(
    path: &Path,
    settings: &Settings,
    used: &Used,
    pack: Option<Pack>,
    now: NaiveDateTime,
) -> Option<Checked> {
    let text = std::fs::read_to_string(path).ok()?;
    let file = SourceFile::new(&text, &[]);
    let said = settings::read(&file, &glob_fault);
    let found = settings::edit::unused(&file, &said, |element, name| used.has(path, element, name));
    let config = settings.with_pack(pack).config_for(path, now).0;
    let found = found.into_iter().filter_map(|it| match config.level(&it) {
        Level::At(severity) => Some(Finding { severity, ..it }),
        Level::Off => None,
    });
    let found: Vec<Finding> = found.collect();
    let ranges: Vec<_> = found.iter().map(|it| it.range).collect();
    let pointers = pointer::pointers(&file, &ranges);
    let findings = found.into_iter().zip(pointers).map(|(finding, pointer)| Found { finding, pointer });
    let findings: Vec<Found> = findings.collect();
    (!findings.is_empty()).then(|| Checked {
        path: shown(path),
        named: true,
        text: file.text().clone(),
        policies: Vec::new(),
        findings,
        fixed: Vec::new(),
    })
}

/// A path as it is shown: from the working directory, where it lies below.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}
