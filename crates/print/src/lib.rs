//! Documents from templates to PDF.
//!
//! A template is Typst text that reads its data from `data.json`; see `templates/`. Fonts are inside the program.
//! Keeps true: a template reaches nothing but its own text, its data and the fonts (no file, no package, no network, no
//! clock); a character no font can print is refused by name, never left blank; the same input gives the same bytes.
//! Not here: what a document says (packs collect the data), who may print it (the kernel).

mod characters;
mod fonts;
mod templates;
mod world;

pub use fonts::Fonts;
pub use templates::shipped;

use qudao_base::{Fault, Refusal, Result, Stop};
use serde_json::Value;
use typst::{
    comemo,
    diag::{SourceDiagnostic, Warned},
    foundations::Smart,
};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use world::DocumentWorld;

/// Documents after which the compiler forgets what it has not used again.
const CACHE_AGE: usize = 10;

/// How large a document may be. Laying out takes about a millisecond a table row, so these bound the time too.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Pages.
    pub pages: usize,
    /// Bytes of the data as JSON.
    pub data_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pages: 200,
            data_bytes: 2 * 1024 * 1024,
        }
    }
}

/// Prints the data with the template; gives the PDF. Runs up to seconds and blocks: not for a thread that serves requests.
///
/// # Errors
/// Refuses data over the limits (`print.too_large`) and characters no font has (`print.characters_missing`, argument
/// `characters`); a template that cannot be compiled is a fault that names the line.
pub fn render(template: &str, data: &Value, fonts: &Fonts, limits: &Limits) -> Result<Vec<u8>> {
    let data = data.to_string();
    if data.len() > limits.data_bytes {
        return Err(too_large("bytes", limits.data_bytes));
    }
    let world = DocumentWorld::new(template, data, fonts)?;
    let document = lay_out(&world)?;
    if document.pages().len() > limits.pages {
        return Err(too_large("pages", limits.pages));
    }
    let missing = characters::missing(&document);
    if !missing.is_empty() {
        let refusal = Refusal::invalid("print.characters_missing").with("characters", missing);
        return Err(refusal.into());
    }
    let options = PdfOptions {
        creator: Smart::Custom(Some("Qudao".to_owned())),
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&document, &options).map_err(|errors| fault(&world, &errors))
}

fn lay_out(world: &DocumentWorld) -> Result<PagedDocument> {
    let Warned { output, .. } = typst::compile::<PagedDocument>(world);
    comemo::evict(CACHE_AGE);
    output.map_err(|errors| fault(world, &errors))
}

fn too_large(what: &str, limit: usize) -> Stop {
    let refusal = Refusal::invalid("print.too_large");
    refusal.with("what", what).with("limit", limit).into()
}

fn fault(world: &DocumentWorld, errors: &[SourceDiagnostic]) -> Stop {
    let lines: Vec<String> = errors
        .iter()
        .map(|error| match world.line(error) {
            Some(line) => format!("line {line}: {}", error.message),
            None => error.message.to_string(),
        })
        .collect();
    Fault::new(format!(
        "the template cannot be printed: {}",
        lines.join("; ")
    ))
    .into()
}

#[cfg(test)]
#[path = "laid_out_tests.rs"]
mod tests;
