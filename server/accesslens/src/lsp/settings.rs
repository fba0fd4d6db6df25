//! The settings of open documents: what the editor says, what a project's configuration file says, the clock.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{NaiveDateTime, TimeDelta, Utc};
use ide::Config;
use policy::find::Hint;
use serde_json::Value;
use tower_lsp::ls_types as lsp;

use crate::config::{self, Settings};

/// How old the present moment in a document's settings may become: dates in policies have days.
const CLOCK_STEP: TimeDelta = TimeDelta::hours(1);

/// The settings as they are known.
#[derive(Debug)]
pub(crate) struct LiveSettings {
    editor: Settings,
    /// The folder that the editor's globs count from.
    root: PathBuf,
    /// The settings of configuration files, by the folder of the documents they hold for.
    projects: BTreeMap<PathBuf, Option<Arc<Settings>>>,
    now: NaiveDateTime,
    /// What is wrong with the settings and was not told yet.
    complaints: Vec<(Option<PathBuf>, String)>,
}

impl LiveSettings {
    pub(crate) fn new() -> LiveSettings {
        LiveSettings {
            editor: Settings::default(),
            root: PathBuf::new(),
            projects: BTreeMap::new(),
            now: Utc::now().naive_utc(),
            complaints: Vec::new(),
        }
    }

    /// Sets the folder that the editor's globs count from.
    pub(crate) fn set_root(&mut self, root: Option<PathBuf>) {
        self.root = root.unwrap_or_default();
    }

    /// Takes the editor's settings; what they leave out is the default.
    pub(crate) fn set_editor(&mut self, value: &Value) {
        let (settings, problems) = Settings::from_value(&own_part(value), &self.root);
        self.editor = settings;
        self.complaints.extend(problems.iter().map(|it| (None, format!("accesslens: {it}"))));
        self.forget_projects();
    }

    /// Reads configuration files again when they are next needed.
    pub(crate) fn forget_projects(&mut self) {
        self.projects.clear();
        self.now = Utc::now().naive_utc();
    }

    /// Moves the clock on when it is due; then all documents need their settings again.
    pub(crate) fn tick(&mut self) -> bool {
        let now = Utc::now().naive_utc();
        let due = now - self.now >= CLOCK_STEP;
        if due {
            self.now = now;
        }
        due
    }

    /// What is wrong with the settings, once, each with the file it is about.
    pub(crate) fn complaints(&mut self) -> Vec<(Option<PathBuf>, String)> {
        std::mem::take(&mut self.complaints)
    }

    /// What the analysis of a document is to know.
    pub(crate) fn of(&mut self, uri: &lsp::Uri) -> (Arc<Config>, Hint) {
        // A document that is no file has a name all the same, by which its kind may be guessed.
        let path =
            uri.to_file_path().map_or_else(|| PathBuf::from(uri.path().as_str()), |it| it.into_owned());
        let is_file = uri.scheme().as_str() == "file";
        let project = path.parent().filter(|_| is_file).and_then(|it| self.project(it));
        match project {
            Some(project) => self.editor.below(&project).config_for(&path, self.now),
            None => self.editor.config_for(&path, self.now),
        }
    }

    fn project(&mut self, folder: &Path) -> Option<Arc<Settings>> {
        if let Some(known) = self.projects.get(folder) {
            return known.clone();
        }
        let settings = config::find(folder).and_then(|file| match config::read(&file) {
            Ok((settings, problems)) => {
                self.complaints.extend(problems.into_iter().map(|it| (Some(file.clone()), it)));
                Some(Arc::new(settings))
            }
            Err(failure) => {
                self.complaints.push((Some(file.clone()), failure.0));
                None
            }
        });
        self.projects.insert(folder.to_owned(), settings.clone());
        settings
    }
}

/// Without what only the clients know: where the server is and how its messages are traced.
fn own_part(value: &Value) -> Value {
    let mut value = value.clone();
    if let Value::Object(object) = &mut value {
        object.remove("server");
        object.remove("trace");
    }
    value
}

/// Whether a document is a configuration file.
pub(crate) fn is_configuration(uri: &lsp::Uri) -> bool {
    ide::settings::is_configuration(uri.path().as_str())
}
