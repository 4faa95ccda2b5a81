//! The keys under which a customer is filed, so that one indexed look-up finds everybody it could be.
//!
//! Keeps true: two profiles that `same_customer` calls likely because of a name, a code, a telephone or a domain share at least one
//! key (names: whenever the distinctive parts share two neighbouring characters, a sound, or a Latin word of their own).
//! Not here: the table and its query.

use std::collections::BTreeSet;

use super::{company_name::CompanyName, same_customer::Profile};

/// What sort of key. The stored text begins with the code, so one column and one index serve all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// Registered name in one spelling.
    Name,
    /// Distinctive part.
    Brand,
    /// Sound of the distinctive part.
    Sound,
    /// First letters and length of the core.
    Initials,
    /// Two neighbouring characters of the distinctive part, or a Latin word.
    Piece,
    /// Credit code.
    CreditCode,
    /// Telephone.
    Phone,
    /// Own domain.
    Domain,
}

impl KeyKind {
    /// Code word as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Brand => "brand",
            Self::Sound => "sound",
            Self::Initials => "initials",
            Self::Piece => "piece",
            Self::CreditCode => "credit_code",
            Self::Phone => "phone",
            Self::Domain => "domain",
        }
    }
}

/// A key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What sort.
    pub kind: KeyKind,
    /// Code word, colon, content.
    pub text: String,
}

/// Most keys of one customer; a name has at most a few dozen.
pub const KEYS_MAX: usize = 60;

/// All keys of a customer, former names included, without repetition.
pub fn keys_of(profile: &Profile) -> Vec<Key> {
    let mut keys = BTreeSet::new();
    let mut add = |kind: KeyKind, content: &str| {
        if !content.is_empty() {
            keys.insert(Key {
                kind,
                text: format!("{}:{content}", kind.code()),
            });
        }
    };
    add(KeyKind::CreditCode, &profile.credit_code);
    profile
        .phones
        .iter()
        .for_each(|phone| add(KeyKind::Phone, phone));
    profile
        .domains
        .iter()
        .for_each(|domain| add(KeyKind::Domain, domain));
    for name in std::iter::once(&profile.name).chain(&profile.former) {
        add(KeyKind::Name, &name.exact_key());
        if name.latin.is_some() {
            latin_keys(name, &mut add);
        } else {
            chinese_keys(name, &mut add);
        }
    }
    keys.into_iter().take(KEYS_MAX).collect()
}

fn chinese_keys(name: &CompanyName, add: &mut impl FnMut(KeyKind, &str)) {
    add(KeyKind::Brand, &name.distinctive);
    add(KeyKind::Sound, &name.pinyin());
    let letters: Vec<char> = name.distinctive.chars().collect();
    add(
        KeyKind::Initials,
        &format!("{}{}", name.initials(), name.core.chars().count()),
    );
    for pair in letters.windows(2) {
        add(KeyKind::Piece, &pair.iter().collect::<String>());
    }
}

fn latin_keys(name: &CompanyName, add: &mut impl FnMut(KeyKind, &str)) {
    let Some(latin) = &name.latin else { return };
    for word in latin.distinctive() {
        add(KeyKind::Piece, word);
    }
    for acronym in latin.acronyms() {
        add(KeyKind::Piece, acronym);
    }
    for from in 0..latin.head.len().min(8) {
        for count in 1..=4 {
            if let Some(some) = latin.head.get(from..from + count) {
                add(KeyKind::Sound, &some.concat());
            }
        }
    }
}
