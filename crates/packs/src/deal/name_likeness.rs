//! How alike two company names are, from 0 to 100.
//!
//! Keeps true: 100 only for equal registered names; the order of the two does not matter. The distinctive part decides: three quarters
//! of the points are its, one quarter the core's. What the weights achieve on recorded names: `bench/same_customer.md`.
//! Not here: evidence other than names.

use std::cmp::Ordering;

use crate::partner::regions::Relation;

use super::{company_name::CompanyName, company_words::is_worn_brand};

/// 0 to 100; 100 only for equal registered names.
pub fn name_points(left: &CompanyName, right: &CompanyName, places: Relation) -> u32 {
    if left.is_empty() || right.is_empty() {
        return 0;
    }
    if left.exact_key() == right.exact_key() {
        return 100;
    }
    if let (Some(one), Some(other)) = (&left.latin, &right.latin) {
        return one.likeness(other).min(99);
    }
    if left.latin.is_some() || right.latin.is_some() {
        return if spelled_alike(left, right) { 70 } else { 0 };
    }
    let brand = brand_likeness(left, right);
    let core = bigram_likeness(&left.core, &right.core);
    let points = ((brand * 75 + core * 25) / 100)
        .max(abbreviation(left, right))
        .max(bigram_likeness(&left.whole, &right.whole) * 3 / 10);
    let nearness = match places {
        Relation::Same | Relation::Within if brand >= 40 => 8,
        Relation::Apart => -12,
        Relation::SameProvince => -3,
        Relation::Unknown | Relation::Same | Relation::Within => 0,
    };
    let branch = if left.branch == right.branch { 0 } else { -5 };
    points.saturating_add_signed(nearness + branch).min(99)
}

/// A Latin name that spells the other's distinctive part in pinyin.
fn spelled_alike(left: &CompanyName, right: &CompanyName) -> bool {
    let (latin, chinese) = if left.latin.is_some() {
        (left, right)
    } else {
        (right, left)
    };
    let sound = chinese.pinyin();
    let words = latin
        .latin
        .as_ref()
        .map(|latin| latin.head.as_slice())
        .unwrap_or_default();
    sound.len() >= 4
        && (0..words.len()).any(|from| {
            (1..=4).any(|count| {
                words
                    .get(from..from + count)
                    .is_some_and(|some| some.concat() == sound)
            })
        })
}

/// Likeness of the distinctive parts; a short one sets less apart.
fn brand_likeness(left: &CompanyName, right: &CompanyName) -> u32 {
    let (one, other) = (&left.distinctive, &right.distinctive);
    let letters: (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if letters.0.len() <= letters.1.len() {
        (&letters.0, &letters.1)
    } else {
        (&letters.1, &letters.0)
    };
    let likeness = if one == other {
        100
    } else if left.pinyin() == right.pinyin() {
        90
    } else if left.generic || right.generic {
        bigram_likeness(one, other) / 2
    } else {
        let run = longest_shared_run(short, long);
        let (run, short, long) = (run as u32, short.len() as u32, long.len() as u32);
        if run < 2 {
            one_letter_apart(&letters.0, &letters.1)
        } else if run == short {
            60 + 40 * short / long
        } else {
            180 * run / (short + long)
        }
    };
    let weight = match short.len() {
        0 | 1 => 60,
        2 => 85,
        3 => 95,
        _ => 100,
    };
    let is_short = |name: &str| name.chars().count() == short.len() && is_worn_brand(name);
    let worn = if is_short(one) || is_short(other) {
        70
    } else {
        100
    };
    likeness * weight / 100 * worn / 100
}

/// The shorter name picks characters of the longer one; of two as long, either may.
fn abbreviation(left: &CompanyName, right: &CompanyName) -> u32 {
    match left.whole.len().cmp(&right.whole.len()) {
        Ordering::Less => picked(left, right),
        Ordering::Greater => picked(right, left),
        Ordering::Equal => picked(left, right).max(picked(right, left)),
    }
}

/// A short name picks characters of the long one in order (南纺 of 南京纺织品): points for how many it picks.
fn picked(short: &CompanyName, long: &CompanyName) -> u32 {
    let mut rest = long.whole.chars();
    let letters = short.core.chars().count() as u32;
    let begins = short.core.chars().next() == long.whole.chars().next()
        || short.core.chars().next() == long.core.chars().next();
    let picked = short
        .core
        .chars()
        .all(|letter| rest.any(|other| other == letter));
    if picked && begins && (2..=4).contains(&letters) && !short.generic {
        (20 + letters * 8).min(70)
    } else {
        0
    }
}

fn one_letter_apart(left: &[char], right: &[char]) -> u32 {
    let differing = left
        .iter()
        .zip(right)
        .filter(|(one, other)| one != other)
        .count();
    if left.len() == right.len() && left.len() >= 3 && differing == 1 {
        80 * (left.len() as u32 - 1) / left.len() as u32
    } else {
        0
    }
}

fn longest_shared_run(short: &[char], long: &[char]) -> usize {
    (1..=short.len())
        .rev()
        .find(|&length| {
            short
                .windows(length)
                .any(|run| long.windows(length).any(|other| other == run))
        })
        .unwrap_or(0)
}

/// Dice over neighbouring pairs of characters.
fn bigram_likeness(left: &str, right: &str) -> u32 {
    let pairs =
        |text: &str| -> Vec<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let (one, mut other) = (pairs(left), pairs(right));
    let all = (one.len() + other.len()) as u32;
    let mut shared = 0;
    for pair in one {
        if let Some(at) = other.iter().position(|candidate| *candidate == pair) {
            other.swap_remove(at);
            shared += 2;
        }
    }
    (shared * 100_u32).checked_div(all).unwrap_or(0)
}
