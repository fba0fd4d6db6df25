//! JSON for reading in a diff: the outer object and the lists in it are spread over lines, everything inside a
//! list entry stays on one.

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use std::io::{self, Write};

/// Containers up to this depth put each entry on its own line.
const SPREAD: usize = 2;

/// The text of one file, with a final line end.
pub(super) fn write(value: &impl Serialize) -> Result<String, Box<dyn std::error::Error>> {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, Lines::default()))?;
    bytes.push(b'\n');
    Ok(String::from_utf8(bytes)?)
}

#[derive(Default)]
struct Lines {
    depth: usize,
    has_entries: bool,
}

impl Lines {
    fn open(&mut self, out: &mut (impl Write + ?Sized), bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.has_entries = false;
        out.write_all(bracket)
    }

    fn entry(&mut self, out: &mut (impl Write + ?Sized), first: bool) -> io::Result<()> {
        if self.depth <= SPREAD {
            out.write_all(if first { b"\n" } else { b",\n" })?;
            return (0..self.depth).try_for_each(|_| out.write_all(b"  "));
        }
        if first { Ok(()) } else { out.write_all(b", ") }
    }

    fn close(&mut self, out: &mut (impl Write + ?Sized), bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.has_entries && self.depth < SPREAD {
            out.write_all(b"\n")?;
            (0..self.depth).try_for_each(|_| out.write_all(b"  "))?;
        }
        self.has_entries = true;
        out.write_all(bracket)
    }
}

impl Formatter for Lines {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.entry(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _out: &mut W) -> io::Result<()> {
        self.has_entries = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.entry(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _out: &mut W) -> io::Result<()> {
        self.has_entries = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::write;
    use serde_json::json;

    #[test]
    fn entries_of_the_second_level_stay_on_one_line() {
        let value = json!({"actions": [{"keys": ["a", "b"], "name": "Get"}, {}], "keys": []});
        let expected = "{\n  \"actions\": [\n    {\"keys\": [\"a\", \"b\"], \"name\": \"Get\"},\n    {}\n  ],\n  \"keys\": []\n}\n";
        assert_eq!(write(&value).unwrap(), expected);
    }
}
