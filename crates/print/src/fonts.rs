//! The fonts documents are set in: two weights inside the program, and further ones a site may add.

use std::{fmt, sync::Arc};

use qudao_base::{Fault, Result};
use typst::{
    foundations::Bytes,
    text::{Font, FontBook},
    utils::LazyHash,
};

const REGULAR: &[u8] = include_bytes!("../fonts/QudaoSansSC-Regular.otf");
const BOLD: &[u8] = include_bytes!("../fonts/QudaoSansSC-Bold.otf");

/// Fonts ready to use. Loaded once, shared by all documents; cheap to clone.
#[derive(Clone)]
pub struct Fonts(Arc<Loaded>);

struct Loaded {
    faces: Vec<Font>,
    book: LazyHash<FontBook>,
}

impl fmt::Debug for Fonts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Fonts({})", self.0.faces.len())
    }
}

impl Fonts {
    /// The family `Qudao Sans SC`, regular and bold: what GBK can write, Latin letters, the yen and euro signs.
    ///
    /// # Errors
    /// A fault when the program was built with broken font files.
    pub fn embedded() -> Result<Self> {
        Self::with(Vec::new())
    }

    /// The embedded family and the contents of further font files, for characters it lacks.
    ///
    /// # Errors
    /// A fault when a file holds no font.
    pub fn with(files: Vec<Vec<u8>>) -> Result<Self> {
        let own = [REGULAR, BOLD].map(Bytes::new);
        let mut faces = Vec::new();
        for data in own.into_iter().chain(files.into_iter().map(Bytes::new)) {
            let before = faces.len();
            faces.extend(Font::iter(data));
            if faces.len() == before {
                return Err(Fault::new("a font file cannot be read").into());
            }
        }
        let book = LazyHash::new(FontBook::from_fonts(&faces));
        Ok(Self(Arc::new(Loaded { faces, book })))
    }

    pub(crate) fn book(&self) -> &LazyHash<FontBook> {
        &self.0.book
    }

    pub(crate) fn face(&self, index: usize) -> Option<Font> {
        self.0.faces.get(index).cloned()
    }
}
