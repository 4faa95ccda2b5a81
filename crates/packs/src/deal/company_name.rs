//! A company name taken apart: place, name proper, line of business, legal form, branch.
//!
//! Keeps true: two spellings of one registered name (width, script, brackets, spaces, 省 and 市, kind of limited company) have equal parts; a
//! branch keeps its own part, so a branch never equals its parent. The parse never fails: what is not understood stays in the core.
//! Not here: judging whether two names mean one company (`same_customer`).

use pinyin::ToPinyin;

use crate::partner::regions::{is_place, place_at_head, without_place_at_end};

use super::{
    company_words::{BRANCH_FORMS, FORMER_MARKS, LEGAL_FORMS, line_at_end},
    latin_name::{self, LatinName},
    traditional::{fold_character, is_chinese},
};

/// The parts of a name, all folded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompanyName {
    /// Without place, brackets, legal form and branch.
    pub core: String,
    /// With its places, without legal form and branch.
    pub whole: String,
    /// The core without lines of business: what sets the company apart.
    pub distinctive: String,
    /// True when the name consists of a place and lines of business only, so that nothing sets it apart but the whole.
    pub generic: bool,
    /// Leading digits of the division code the name carries; empty when it carries none.
    pub region: String,
    /// District or county without a code.
    pub district: String,
    /// Place and kind of the branch; empty for the company itself.
    pub branch: String,
    /// Former names given in brackets.
    pub former: Vec<String>,
    /// The words of a name without Chinese characters.
    pub latin: Option<LatinName>,
}

/// Most places taken off the head: country, province, city, district.
const PLACES_MAX: usize = 4;

impl CompanyName {
    /// Takes a name apart.
    pub fn parse(name: &str) -> Self {
        let folded: String = name.chars().map(fold_character).collect();
        if !folded.chars().any(is_chinese) {
            return Self::of_latin(&folded);
        }
        let mut parts = Self::default();
        let plain = parts.take_brackets(&folded);
        let company = parts.take_branch(&plain);
        let named = without_legal_form(&company);
        named.clone_into(&mut parts.whole);
        let core = parts.take_places(named).to_owned();
        parts.core = core;
        let brand = distinctive(&parts.core);
        parts.generic = brand.is_none();
        brand.unwrap_or(named).clone_into(&mut parts.distinctive);
        parts
    }

    fn of_latin(folded: &str) -> Self {
        let latin = latin_name::parse(folded);
        Self {
            core: latin.core(),
            distinctive: latin.core(),
            latin: Some(latin),
            ..Self::default()
        }
    }

    /// True when nothing is left to compare.
    pub fn is_empty(&self) -> bool {
        self.core.is_empty()
    }

    /// The one text that equals for two spellings of one registered name. Empty when the name is.
    pub fn exact_key(&self) -> String {
        if self.core.is_empty() {
            return String::new();
        }
        if let Some(latin) = &self.latin {
            return latin.exact_key();
        }
        format!(
            "{}|{}{}|{}",
            self.core, self.region, self.district, self.branch
        )
    }

    /// The distinctive part in pinyin without tones; letters and digits stay.
    pub fn pinyin(&self) -> String {
        pinyin_of(&self.distinctive)
    }

    /// First letters of the core's pinyin.
    pub fn initials(&self) -> String {
        self.core
            .chars()
            .filter_map(|letter| {
                letter
                    .to_pinyin()
                    .map_or(Some(letter), |sound| sound.plain().chars().next())
            })
            .collect()
    }

    /// Brackets hold a place, a former name, or a part of the name.
    fn take_brackets(&mut self, folded: &str) -> String {
        let mut plain = String::new();
        let mut rest = folded;
        while let Some((before, after)) = rest.split_once('(') {
            plain.push_str(before);
            let (inside, behind) = after.split_once(')').unwrap_or(("", after));
            let inside = without_punctuation(inside);
            if let Some(former) = FORMER_MARKS
                .iter()
                .find_map(|mark| inside.strip_prefix(mark))
            {
                self.former.push(former.to_owned());
            } else if is_place(&inside) {
                self.take_places(&inside);
            } else {
                plain.push_str(&inside);
            }
            rest = behind;
        }
        plain.push_str(rest);
        without_punctuation(&plain)
    }

    /// What follows the last 公司 and ends like a branch is the branch.
    fn take_branch(&mut self, plain: &str) -> String {
        let Some((form, before)) = BRANCH_FORMS
            .iter()
            .find_map(|&form| plain.strip_suffix(form).map(|before| (form, before)))
        else {
            return plain.to_owned();
        };
        let place_at = before
            .rfind("公司")
            .map(|at| at + "公司".len())
            .or_else(|| {
                before
                    .char_indices()
                    .map(|(at, _)| at)
                    .find(|&at| at > 0 && is_place(&before[at..]))
            });
        let Some(at) = place_at else {
            return plain.to_owned();
        };
        let place = &before[at..];
        let named = place_at_head(place).filter(|place| !place.code.is_empty());
        let place = named.map_or(place, |place| place.code);
        self.branch = format!("{place}{form}");
        before[..at].to_owned()
    }

    /// Takes places off the head as long as a name remains; keeps the narrowest code.
    fn take_places<'a>(&mut self, text: &'a str) -> &'a str {
        let mut rest = text;
        for _ in 0..PLACES_MAX {
            let Some(place) = place_at_head(rest) else {
                break;
            };
            let behind = &rest[place.length..];
            if !behind.is_empty() && behind.chars().count() < 2 {
                break;
            }
            if place.code.len() > self.region.len() {
                place.code.clone_into(&mut self.region);
            }
            if let Some(district) = place.district {
                self.district = district;
            }
            rest = behind;
        }
        if rest.is_empty() { text } else { rest }
    }
}

/// Pinyin without tones of every Chinese character; what has none stays.
pub fn pinyin_of(text: &str) -> String {
    text.chars()
        .map(|letter| {
            letter
                .to_pinyin()
                .map_or_else(|| letter.to_string(), |sound| sound.plain().to_owned())
        })
        .collect()
}

fn without_punctuation(text: &str) -> String {
    text.chars()
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}

fn without_legal_form(company: &str) -> &str {
    let mut rest = company;
    while let Some(shorter) = LEGAL_FORMS.iter().find_map(|form| rest.strip_suffix(form)) {
        if shorter.chars().count() < 2 {
            break;
        }
        rest = shorter;
    }
    rest
}

/// The core without the lines of business at its end; `None` when it is nothing else. A single remaining character keeps the
/// line next to it: alone it would set nobody apart.
fn distinctive(core: &str) -> Option<&str> {
    let mut rest = core;
    let mut before = core;
    loop {
        if let Some(line) = line_at_end(rest) {
            before = rest;
            rest = &rest[..rest.len() - line.len()];
        } else if let Some(shorter) = without_place_at_end(rest) {
            rest = shorter;
        } else {
            break;
        }
    }
    match rest.chars().count() {
        0 => None,
        1 => Some(before),
        _ => Some(rest),
    }
}
