//! Names written in Latin letters: words with weights instead of characters.
//!
//! Keeps true: abbreviations of common words and the words themselves are one; legal forms and connecting words do not count.
//! Not here: addresses as such; words that look like part of an address weigh little.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::OnceLock,
};

/// The words of a name, folded and expanded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LatinName {
    /// Words of the part that names the organisation, without legal forms and connecting words.
    pub head: Vec<String>,
    /// All other words: departments, places, addresses.
    pub tail: Vec<String>,
    /// First letters of two to five neighbouring words, with the words they stand for.
    acronyms: BTreeMap<String, Vec<String>>,
}

const LEGAL_FORMS: &str = "co company corp corporation inc incorporated ltd limited llc llp plc gmbh ag sa spa srl bv nv ab oy kg pte pty";
const CONNECTING: &str = "the of and for at in on a an de la le du des der die das und di e email mail http https www p o box";

/// Full word, then what is read as it.
const EXPANSIONS: [(&str, &str); 21] = [
    (
        "university",
        "univ universit universita universitat universitaet universite universiteit universidad universidade universitet",
    ),
    ("institute", "inst institut instituto istituto"),
    (
        "department",
        "dept dep departement dipartimento departamento fachbereich",
    ),
    ("laboratory", "lab labs laboratories laboratoire"),
    (
        "technology",
        "tech techn technologies technological technische technical",
    ),
    ("computer", "comp computing computers"),
    ("science", "sci sciences"),
    ("engineering", "eng engg engn"),
    ("research", "res"),
    ("center", "centre centro centrum ctr"),
    ("college", "coll"),
    ("school", "sch"),
    ("national", "natl nazionale nacional"),
    ("international", "intl"),
    ("manufacturing", "mfg"),
    ("development", "dev"),
    ("industry", "ind industries industrial"),
    ("trading", "trade"),
    ("systems", "sys system"),
    ("information", "info informatics informatik informatica"),
    ("saint", "st"),
];

/// Words that many organisations share.
const COMMON: &str = "university institute department laboratory technology computer science engineering research center college \
    school national international manufacturing development industry trading systems information group holding holdings \
    division faculty software data database management mathematics mathematical electrical electronic electronics \
    technologies services service solutions global advanced studies graduate state federal royal new north south east west \
    street road avenue drive lane way floor building park city campus usa us uk china germany france italy india japan canada \
    australia netherlands spain greece israel switzerland korea singapore ca ny ma nj md pa tx il wa york california london paris \
    berlin beijing shanghai hong kong";

/// Words that say "here the organisation is named".
const HEADS: [&str; 12] = [
    "university",
    "institute",
    "college",
    "laboratory",
    "center",
    "corp",
    "corporation",
    "inc",
    "company",
    "ltd",
    "gmbh",
    "academy",
];

/// Words that say "only a part of it is named".
const PARTS: [&str; 6] = [
    "department",
    "school",
    "faculty",
    "division",
    "group",
    "program",
];

/// What a word is, looked up once.
#[derive(Clone, Copy)]
enum Sort {
    Skipped,
    Common,
}

fn sorts() -> &'static HashMap<&'static str, Sort> {
    static SORTS: OnceLock<HashMap<&'static str, Sort>> = OnceLock::new();
    SORTS.get_or_init(|| {
        let common = COMMON.split_whitespace().map(|word| (word, Sort::Common));
        let skipped = LEGAL_FORMS
            .split_whitespace()
            .chain(CONNECTING.split_whitespace());
        common
            .chain(skipped.map(|word| (word, Sort::Skipped)))
            .collect()
    })
}

fn expansions() -> &'static HashMap<&'static str, &'static str> {
    static EXPANDED: OnceLock<HashMap<&'static str, &'static str>> = OnceLock::new();
    EXPANDED.get_or_init(|| {
        let each = EXPANSIONS.iter();
        each.flat_map(|&(full, short)| short.split_whitespace().map(move |word| (word, full)))
            .collect()
    })
}

fn expand(word: &str) -> &str {
    expansions().get(word).copied().unwrap_or(word)
}

/// Strips the accents met in European names.
fn unaccented(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        other => other,
    }
}

/// Words of one segment between commas; dots inside abbreviations join (`i.b.m.` is `ibm`).
fn words(segment: &str) -> Vec<String> {
    let joined: String = segment
        .chars()
        .filter(|&letter| letter != '.' && letter != '\'')
        .map(unaccented)
        .collect();
    joined
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| expand(word).to_owned())
        .collect()
}

/// Takes a folded name apart.
pub fn parse(folded: &str) -> LatinName {
    let segments: Vec<Vec<String>> = folded
        .split([',', ';', '(', ')'])
        .map(words)
        .filter(|words| words.iter().any(|word| !is_skipped(word)))
        .collect();
    let has =
        |words: &[String], list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let named = segments
        .iter()
        .position(|words| has(words, &HEADS[..3]))
        .or_else(|| {
            segments
                .iter()
                .position(|words| has(words, &HEADS) && !has(words, &PARTS))
        })
        .or_else(|| {
            segments
                .iter()
                .position(|words| !has(words, &PARTS) && words.iter().any(|word| weight(word) > 0))
        })
        .unwrap_or(0);
    let mut name = LatinName::default();
    for (at, segment) in segments.into_iter().enumerate() {
        let kept = segment.into_iter().filter(|word| !is_skipped(word));
        if at == named {
            name.head.extend(kept);
        } else {
            name.tail.extend(kept);
        }
    }
    name.acronyms = acronyms(&name);
    name
}

fn is_skipped(word: &str) -> bool {
    matches!(sorts().get(word), Some(Sort::Skipped))
}

fn acronyms(name: &LatinName) -> BTreeMap<String, Vec<String>> {
    let words: Vec<&String> = name.head.iter().chain(&name.tail).collect();
    let runs =
        (0..name.head.len().min(8)).flat_map(|from| (from + 2..=from + 5).map(move |to| from..to));
    runs.filter_map(|run| words.get(run))
        .map(|run| {
            let letters = run.iter().filter_map(|word| word.chars().next()).collect();
            (letters, run.iter().map(|&word| word.clone()).collect())
        })
        .collect()
}

/// 6 for a word of its own, 1 for one that many share, 0 for numbers and single letters.
fn weight(word: &str) -> u32 {
    if word.len() < 2 || word.bytes().any(|byte| byte.is_ascii_digit()) {
        0
    } else if sorts().contains_key(word) {
        1
    } else {
        6
    }
}

type Words<'a> = BTreeSet<&'a str>;

impl LatinName {
    /// The part that names the organisation, as one text.
    pub fn core(&self) -> String {
        self.head.join(" ")
    }

    /// The one text that equals for two spellings of one name. Where the head has common words only, what follows belongs to it.
    pub fn exact_key(&self) -> String {
        if self.head.iter().any(|word| weight(word) > 1) {
            return self.core();
        }
        let all: Vec<&str> = self
            .head
            .iter()
            .chain(&self.tail)
            .map(String::as_str)
            .collect();
        all.join(" ")
    }

    /// The words that set it apart; all words when every one is common.
    pub fn distinctive(&self) -> Vec<&str> {
        let own: Vec<&str> = self
            .head
            .iter()
            .map(String::as_str)
            .filter(|word| weight(word) > 1)
            .collect();
        if own.is_empty() {
            self.head.iter().map(String::as_str).collect()
        } else {
            own
        }
    }

    /// First letters of its leading words, as others may write it: three letters and more.
    pub fn acronyms(&self) -> impl Iterator<Item = &str> {
        self.acronyms
            .keys()
            .map(String::as_str)
            .filter(|letters| letters.len() >= 3)
    }

    /// 0 to 100: how much of the two names is the same.
    pub fn likeness(&self, other: &Self) -> u32 {
        let (ours, theirs) = (self.head_read_with(other), other.head_read_with(self));
        let heads = overlap(&ours, &theirs);
        let our_all: Words = ours
            .iter()
            .copied()
            .chain(self.tail.iter().map(String::as_str))
            .collect();
        let their_all: Words = theirs
            .iter()
            .copied()
            .chain(other.tail.iter().map(String::as_str))
            .collect();
        let contained = covered(&ours, &their_all).max(covered(&theirs, &our_all));
        let likeness = (heads * 7 + contained * 3) / 10;
        likeness.saturating_sub(self.tails_apart(other))
    }

    /// The head's words; an acronym is read as the words of the other name it stands for.
    fn head_read_with<'a>(&'a self, other: &'a Self) -> Words<'a> {
        let mut words = Words::new();
        for word in &self.head {
            match other.acronyms.get(word) {
                Some(meant) if word.len() >= 3 => words.extend(meant.iter().map(String::as_str)),
                _ => {
                    words.insert(word);
                }
            }
        }
        words
    }

    /// Heads made of common words alone say little when the places behind them differ.
    fn tails_apart(&self, other: &Self) -> u32 {
        let own = |name: &Self| -> BTreeSet<String> {
            name.tail
                .iter()
                .filter(|word| weight(word) > 1)
                .cloned()
                .collect()
        };
        let (ours, theirs) = (own(self), own(other));
        if ours.is_empty() || theirs.is_empty() || !ours.is_disjoint(&theirs) {
            return 0;
        }
        let own_words = self.head.iter().filter(|word| weight(word) > 1).count();
        if own_words == 0 { 30 } else { 10 }
    }
}

fn sum<'a>(words: impl Iterator<Item = &'a &'a str>) -> u32 {
    words.map(|word| weight(word)).sum()
}

fn overlap(left: &Words, right: &Words) -> u32 {
    let shared = sum(left.intersection(right));
    let all = sum(left.union(right));
    (shared * 100).checked_div(all).unwrap_or(0)
}

fn covered(part: &Words, whole: &Words) -> u32 {
    (sum(part.intersection(whole)) * 100)
        .checked_div(sum(part.iter()))
        .unwrap_or(0)
}
