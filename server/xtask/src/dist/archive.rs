//! Archives whose bytes depend on their contents alone: entries by name, one date, no owner.

use std::fs::File;
use std::io::{Cursor, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;

type Done<T> = Result<T, Box<dyn std::error::Error>>;

/// The date of everything, the first that a zip can hold: 1 January 1980.
const DATE: u64 = 315_532_800;

/// A file in an archive.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// Its path in the archive, with `/`.
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    pub(super) is_program: bool,
}

impl Entry {
    pub(super) fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Entry {
        Entry { path: path.into(), bytes: bytes.into(), is_program: false }
    }

    pub(super) fn program(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Entry {
        Entry { is_program: true, ..Entry::new(path, bytes) }
    }

    /// A file of the tree under another path.
    pub(super) fn read(path: impl Into<String>, from: &Path) -> Done<Entry> {
        let bytes = std::fs::read(from).map_err(|it| format!("{}: {it}", from.display()))?;
        Ok(Entry::new(path, bytes))
    }

    fn mode(&self) -> u32 {
        if self.is_program { 0o755 } else { 0o644 }
    }
}

pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

pub(super) fn tar_gz(path: &Path, mut entries: Vec<Entry>) -> Done<()> {
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let mut tar = tar::Builder::new(GzEncoder::new(File::create(path)?, Compression::best()));
    for entry in &entries {
        let mut header = tar::Header::new_gnu();
        header.set_size(entry.bytes.len() as u64);
        header.set_mode(entry.mode());
        header.set_mtime(DATE);
        tar.append_data(&mut header, &entry.path, Cursor::new(&entry.bytes))?;
    }
    tar.into_inner()?.finish()?;
    Ok(())
}

pub(super) fn zip(path: &Path, mut entries: Vec<Entry>) -> Done<()> {
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let mut zip = zip::ZipWriter::new(File::create(path)?);
    for entry in &entries {
        // Its date is the first that a zip can hold, unless told otherwise.
        let options = SimpleFileOptions::default().unix_permissions(entry.mode());
        zip.start_file(&entry.path, options)?;
        zip.write_all(&entry.bytes)?;
    }
    zip.finish()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_contents_are_the_same_bytes() {
        let folder = std::env::temp_dir().join(format!("accesslens-archive-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let entries = [Entry::new("a/b", "1"), Entry::program("a/a", "2")];
        let other = [Entry::program("a/a", "2"), Entry::new("a/b", "1")];
        for (name, write) in [("t", tar_gz as fn(&Path, Vec<Entry>) -> Done<()>), ("z", zip)] {
            let (one, two) = (folder.join(format!("{name}1")), folder.join(format!("{name}2")));
            write(&one, entries.to_vec()).unwrap();
            write(&two, other.to_vec()).unwrap();
            assert_eq!(std::fs::read(one).unwrap(), std::fs::read(two).unwrap(), "{name}");
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
