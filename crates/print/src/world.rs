//! What a template can reach: itself, `data.json`, the fonts, the standard library. Everything else is denied.

use std::sync::LazyLock;

use qudao_base::{Fault, Result};
use typst::{
    Library, LibraryExt, World, WorldExt,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime, Duration},
    syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot},
    text::{Font, FontBook},
    utils::LazyHash,
};

use crate::Fonts;

static LIBRARY: LazyLock<LazyHash<Library>> =
    LazyLock::new(|| LazyHash::new(<Library as LibraryExt>::default()));

/// The world of one document.
pub struct DocumentWorld {
    template: Source,
    data: (FileId, Bytes),
    fonts: Fonts,
}

fn place(name: &str) -> Result<FileId> {
    let path = VirtualPath::new(name)
        .map_err(|error| Fault::new(format!("{name} is no path: {error:?}")))?;
    Ok(FileId::new(RootedPath::new(VirtualRoot::Project, path)))
}

impl DocumentWorld {
    /// A world that holds the template, the data as JSON, and the fonts.
    pub fn new(template: &str, data: String, fonts: &Fonts) -> Result<Self> {
        Ok(Self {
            template: Source::new(place("template.typ")?, template.to_owned()),
            data: (place("data.json")?, Bytes::from_string(data)),
            fonts: fonts.clone(),
        })
    }

    /// Line of the template, from 1, an error is on.
    pub fn line(&self, error: &SourceDiagnostic) -> Option<usize> {
        let range = self.range(error.span)?;
        let before = self.template.text().get(..range.start)?;
        Some(before.matches('\n').count() + 1)
    }
}

impl World for DocumentWorld {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data.0 {
            Ok(self.data.1.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.face(index)
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
