//! Unified social credit codes: one spelling, and whether the check digit holds.
//!
//! The eighteenth character follows GB 32100-2015: the first seventeen, valued by their place in the alphabet without I, O, S, V, Z
//! and weighted by powers of 3 modulo 31, complete to a multiple of 31. Early pilot regions issued codes that break the rule, so a
//! failed check is a warning for a person, never a refusal.

const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const LENGTH: usize = 18;

/// What a code looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Eighteen characters of the alphabet and the check digit holds.
    Sound,
    /// Eighteen characters of the alphabet, but the check digit does not hold.
    WrongCheckDigit,
    /// Not of the form at all.
    Malformed,
}

/// One spelling: half-width, upper case, without spaces and hyphens. Empty when nothing is left.
pub fn normalise(code: &str) -> String {
    code.chars()
        .map(half_width)
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_uppercase())
        .collect()
}

fn half_width(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter),
        other => other,
    }
}

/// The check character that completes seventeen characters; `None` when one is not of the alphabet.
pub fn check_character(first_seventeen: &str) -> Option<char> {
    let mut weight = 1;
    let mut sum = 0;
    for byte in first_seventeen.bytes() {
        let value = ALPHABET.iter().position(|&letter| letter == byte)?;
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    Some(char::from(ALPHABET[(31 - sum % 31) % 31]))
}

/// Judges a code in its one spelling.
pub fn verdict(code: &str) -> Verdict {
    if code.len() != LENGTH || !code.is_ascii() || !has_form(code) {
        return Verdict::Malformed;
    }
    let (body, check) = code.split_at(LENGTH - 1);
    match check_character(body) {
        None => Verdict::Malformed,
        Some(expected) if check.starts_with(expected) => Verdict::Sound,
        Some(_) => Verdict::WrongCheckDigit,
    }
}

/// Registering authority and kind, six digits of the division, then characters of the alphabet.
fn has_form(code: &str) -> bool {
    let bytes = code.as_bytes();
    let authority = matches!(bytes[0], b'1'..=b'9' | b'N' | b'Y');
    authority
        && bytes[2..8].iter().all(u8::is_ascii_digit)
        && bytes.iter().all(|byte| ALPHABET.contains(byte))
}
