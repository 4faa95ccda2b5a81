//! The templates that come with the program. Each says at its top which data it reads.

/// Text of the shipped template of the name.
pub fn shipped(name: &str) -> Option<&'static str> {
    match name {
        "quotation" => Some(include_str!("../templates/quotation.typ")),
        _ => None,
    }
}
