//! The parts of a workbook: XML files in a ZIP archive, read under limits.
//!
//! Keeps true: what comes out of the archive is counted as it comes, whatever the archive says about itself, and one limit holds for
//! all parts together; nothing is kept that was not asked for. A document type declaration is refused, so no entity is of the file's own.
//! Not here: what the parts mean (`workbook`).

use std::io::{self, BufReader, Cursor, Read};

use qudao_base::{Refusal, Result};
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};
use zip::ZipArchive;

/// Largest workbook, in bytes.
const BYTES_MAX: usize = 16 * 1024 * 1024;
/// Most bytes all parts that are read come to.
const UNPACKED_MAX: u64 = 128 * 1024 * 1024;

/// The refusal of a file that is no workbook.
pub(crate) fn unreadable(reason: impl std::fmt::Display) -> Refusal {
    Refusal::malformed("import.unreadable").with("reason", reason)
}

fn too_large(max: u64) -> Refusal {
    Refusal::malformed("import.workbook_too_large").with("max", max / 1024 / 1024)
}

/// The archive.
pub(crate) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    /// Bytes that may still come out.
    left: u64,
}

impl<'b> Package<'b> {
    /// Opens the archive.
    ///
    /// # Errors
    /// Refused when it is too large or none.
    pub(crate) fn open(bytes: &'b [u8]) -> Result<Self> {
        if bytes.len() > BYTES_MAX {
            return Err(too_large(BYTES_MAX as u64).into());
        }
        Ok(Self {
            archive: ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?,
            left: UNPACKED_MAX,
        })
    }

    /// A part by its path; none when there is none.
    pub(crate) fn find(&mut self, path: &str) -> Result<Option<Part<'_>>> {
        let Some(index) = self.archive.index_for_name(path.trim_start_matches('/')) else {
            return Ok(None);
        };
        let file = self.archive.by_index(index).map_err(unreadable)?;
        let counted = Counted {
            file: Box::new(file),
            left: &mut self.left,
        };
        let mut reader = Reader::from_reader(BufReader::new(counted));
        reader.config_mut().expand_empty_elements = true;
        Ok(Some(Part {
            reader,
            buffer: Vec::new(),
        }))
    }

    /// A part that has to be there.
    pub(crate) fn part(&mut self, path: &str) -> Result<Part<'_>> {
        let found = self.find(path)?;
        found.ok_or_else(|| unreadable(path).into())
    }
}

/// What comes out of the archive, counted.
struct Counted<'p> {
    file: Box<dyn Read + 'p>,
    left: &'p mut u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        *self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or_else(|| io::Error::from(io::ErrorKind::FileTooLarge))?;
        Ok(count)
    }
}

/// A part read from front to back.
pub(crate) struct Part<'p> {
    reader: Reader<BufReader<Counted<'p>>>,
    buffer: Vec<u8>,
}

impl Part<'_> {
    /// What comes next.
    ///
    /// # Errors
    /// Refused when it is not well formed, declares a document type, or when the limit is reached.
    pub(crate) fn next(&mut self) -> Result<Event<'_>> {
        self.buffer.clear();
        let event = self.reader.read_event_into(&mut self.buffer);
        match event {
            Ok(Event::DocType(_)) => Err(unreadable("DOCTYPE").into()),
            Ok(event) => Ok(event),
            Err(quick_xml::Error::Io(error)) if error.kind() == io::ErrorKind::FileTooLarge => {
                Err(too_large(UNPACKED_MAX).into())
            }
            Err(error) => Err(unreadable(error).into()),
        }
    }
}

/// The value of an attribute by its name without prefix.
pub(crate) fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>> {
    for one in element.attributes() {
        let one = one.map_err(unreadable)?;
        if one.key.local_name().as_ref() == name {
            let value = quick_xml::escape::unescape(&one.value).map_err(unreadable)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// The path a relationship of a part leads to.
pub(crate) fn path_from(part: &str, target: &str) -> String {
    if let Some(whole) = target.strip_prefix('/') {
        return whole.to_owned();
    }
    let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
    if folder.is_empty() {
        target.to_owned()
    } else {
        format!("{folder}/{target}")
    }
}

/// Where the relationships of a part are.
pub(crate) fn relationships_of(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}
