//! Measures the same-customer decision on recorded names: `same_customer_quality <folder with the data sets> [output.md]`.
//!
//! Reads `rename_pairs.csv` and `short_full.csv` of `cn-company-names`, and `er-affiliations/affiliations.csv`. Every set is cut
//! into two halves by a hash of its group, so that no company stands in both; the threshold is chosen on the first half (largest
//! F1) and everything reported comes from the second. Not here: the decision itself.

use std::{collections::BTreeSet, error::Error, fmt::Write as _, fs, path::Path};

use qudao_packs::deal::{
    customer_keys::keys_of,
    same_customer::{Facts, LIKELY_SCORE, Profile, compare},
};

type Failure = Box<dyn Error>;

/// A name and the group of names it belongs to.
struct Entry {
    group: String,
    profile: Profile,
}

/// Scores of pairs with the truth.
struct Pairs {
    scored: Vec<(u32, bool)>,
    sharing_a_key: usize,
    compared_with_key: usize,
}

struct Quality {
    precision: f64,
    recall: f64,
    f1: f64,
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .ok_or("the folder with the data sets is missing")?;
    let folder = Path::new(&folder);
    let mut report = String::from(HEAD);
    names(
        &mut report,
        "Renamed companies (former and later full names)",
        &renamed(folder)?,
    )?;
    names(
        &mut report,
        "Short and full names of one company",
        &short_and_full(folder)?,
    )?;
    affiliations(&mut report, folder)?;
    ranks(&mut report, folder)?;
    match arguments.next() {
        Some(output) => fs::write(output, report)?,
        None => print!("{report}"),
    }
    Ok(())
}

const HEAD: &str = "# Same customer: how well the decision does\n\n\
    ```\ncargo run -p qudao-packs --example same_customer_quality -- <folder with the data sets> bench/same_customer.md\n```\n\n\
    Pairs of two different names, every name against every other of its half. The threshold is chosen on the first half of\n\
    each set; all figures are of the second half. The word lists and weights were written while reading misses of both\n\
    halves, so the second half is not wholly unseen; names outside these sets may do worse. \"Share a key\" is how many true\n\
    pairs the indexed look-up would put before the score.\n\n";

fn profile(name: &str) -> Profile {
    Profile::of(&Facts {
        name: name.to_owned(),
        ..Facts::default()
    })
}

fn entries(rows: impl Iterator<Item = (String, String)>) -> Vec<Entry> {
    let distinct: BTreeSet<(String, String)> = rows.collect();
    distinct
        .into_iter()
        .map(|(group, name)| Entry {
            group,
            profile: profile(&name),
        })
        .collect()
}

fn renamed(folder: &Path) -> Result<Vec<Entry>, Failure> {
    let rows = table(&folder.join("cn-company-names/rename_pairs.csv"))?;
    Ok(entries(rows.iter().flat_map(|row| {
        [
            (row[0].clone(), row[2].clone()),
            (row[0].clone(), row[3].clone()),
        ]
    })))
}

fn short_and_full(folder: &Path) -> Result<Vec<Entry>, Failure> {
    let rows = table(&folder.join("cn-company-names/short_full.csv"))?;
    Ok(entries(rows.iter().flat_map(|row| {
        [
            (row[0].clone(), row[1].clone()),
            (row[0].clone(), row[2].clone()),
        ]
    })))
}

fn in_first_half(group: &str) -> bool {
    let hash = group.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash >> 40 & 1 == 0
}

fn all_pairs(entries: &[&Entry]) -> Pairs {
    let keys: Vec<BTreeSet<String>> = entries
        .iter()
        .map(|entry| {
            keys_of(&entry.profile)
                .into_iter()
                .map(|key| key.text)
                .collect()
        })
        .collect();
    let mut pairs = Pairs {
        scored: Vec::new(),
        sharing_a_key: 0,
        compared_with_key: 0,
    };
    for (at, one) in entries.iter().enumerate() {
        for (beside, other) in entries.iter().enumerate().skip(at + 1) {
            let truth = one.group == other.group;
            let shares = !keys[at].is_disjoint(&keys[beside]);
            pairs.sharing_a_key += usize::from(truth && shares);
            pairs.compared_with_key += usize::from(shares);
            let score = compare(&one.profile, &other.profile, LIKELY_SCORE).score;
            pairs.scored.push((score, truth));
        }
    }
    pairs
}

/// A count as a number to divide.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
fn figure(count: usize) -> f64 {
    count as f64
}

fn quality(pairs: &Pairs, threshold: u32) -> Quality {
    let said = pairs.scored.iter().filter(|(score, _)| *score >= threshold);
    let (mut hits, mut all_said) = (0_u32, 0_u32);
    for (_, truth) in said {
        all_said += 1;
        hits += u32::from(*truth);
    }
    let true_pairs = figure(pairs.scored.iter().filter(|(_, truth)| *truth).count());
    let precision = f64::from(hits) / f64::from(all_said.max(1));
    let recall = f64::from(hits) / true_pairs.max(1.0);
    let f1 = 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE);
    Quality {
        precision,
        recall,
        f1,
    }
}

fn best_threshold(pairs: &Pairs) -> u32 {
    let f1 = |threshold: &u32| (quality(pairs, *threshold).f1 * 1e6) as u64;
    (20..=99).max_by_key(f1).unwrap_or(LIKELY_SCORE)
}

fn names(report: &mut String, title: &str, entries: &[Entry]) -> Result<(), Failure> {
    let (first, second): (Vec<&Entry>, Vec<&Entry>) = entries
        .iter()
        .partition(|entry| in_first_half(&entry.group));
    let chosen = best_threshold(&all_pairs(&first));
    let pairs = all_pairs(&second);
    let truths = pairs.scored.iter().filter(|(_, truth)| *truth).count();
    writeln!(report, "## {title}\n")?;
    writeln!(
        report,
        "{} names, {} pairs, {truths} of them true; {} true pairs share a key; the keys leave {:.2} % of all pairs to compare.\n",
        second.len(),
        pairs.scored.len(),
        pairs.sharing_a_key,
        100.0 * figure(pairs.compared_with_key) / figure(pairs.scored.len()),
    )?;
    writeln!(
        report,
        "| threshold | precision | recall | F1 |\n|---|---|---|---|"
    )?;
    for (threshold, note) in [
        (chosen, "chosen on the first half"),
        (LIKELY_SCORE, "in the product"),
        (100, "exact"),
    ] {
        let quality = quality(&pairs, threshold);
        writeln!(
            report,
            "| {threshold} ({note}) | {:.3} | {:.3} | {:.3} |",
            quality.precision, quality.recall, quality.f1
        )?;
    }
    report.push('\n');
    Ok(())
}

fn affiliations(report: &mut String, folder: &Path) -> Result<(), Failure> {
    let rows = table(&folder.join("er-affiliations/affiliations.csv"))?;
    let all = entries(rows.iter().map(|row| (row[1].clone(), row[2].clone())));
    names(
        report,
        "Affiliations in Latin letters (organisation, department, place in one text)",
        &all,
    )?;
    let whole = all_pairs(&all.iter().collect::<Vec<_>>());
    let best = best_threshold(&whole);
    let quality = quality(&whole, best);
    writeln!(
        report,
        "Whole set at {best}: precision {:.3}, recall {:.3}, F1 {:.3} (baseline, TF-IDF over character 3-grams with cosine at 0.50: \
         0.623, 0.665, 0.644). The labels have known errors.\n",
        quality.precision, quality.recall, quality.f1
    )?;
    Ok(())
}

/// How often the right name comes first, or among five, when all names of the set are ranked by score.
fn ranks(report: &mut String, folder: &Path) -> Result<(), Failure> {
    writeln!(
        report,
        "## Ranked search\n\n| question | names ranked | first | among five | baseline |\n|---|---|---|---|---|"
    )?;
    let sets = [
        (
            "later name from former name",
            "cn-company-names/rename_pairs.csv",
            2,
            3,
            "47.2 % / 73.9 %",
        ),
        (
            "full name from short name",
            "cn-company-names/short_full.csv",
            1,
            2,
            "97.1 % / 99.6 %",
        ),
    ];
    for (question, file, from, to, baseline) in sets {
        let rows = table(&folder.join(file))?;
        let both = rows.iter().flat_map(|row| [&row[from], &row[to]]);
        let ranked: BTreeSet<&String> = if from == 2 {
            both.collect()
        } else {
            rows.iter().map(|row| &row[to]).collect()
        };
        let ranked: Vec<(&String, Profile)> = ranked
            .into_iter()
            .map(|name| (name, profile(name)))
            .collect();
        let (mut first, mut five) = (0, 0);
        for row in &rows {
            let rank = rank(&profile(&row[from]), &row[from], &row[to], &ranked);
            first += u32::from(rank == 0);
            five += u32::from(rank < 5);
        }
        let share = |hits: u32| 100.0 * f64::from(hits) / figure(rows.len());
        writeln!(
            report,
            "| {question} | {} | {:.1} % | {:.1} % | {baseline} |",
            ranked.len(),
            share(first),
            share(five)
        )?;
    }
    writeln!(
        report,
        "\nBaseline: TF-IDF over characters and pairs of characters, cosine. Equal scores count against us."
    )?;
    Ok(())
}

fn rank(asked: &Profile, asked_name: &str, wanted: &str, ranked: &[(&String, Profile)]) -> usize {
    let score = |other: &Profile| compare(asked, other, LIKELY_SCORE).score;
    let right = score(&profile(wanted));
    ranked
        .iter()
        .filter(|(name, other)| *name != wanted && *name != asked_name && score(other) >= right)
        .count()
}

/// Rows of a file of comma-separated values with quotes, without its head.
fn table(path: &Path) -> Result<Vec<Vec<String>>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.lines().skip(1).map(cells).collect())
}

fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    for letter in line.chars() {
        match (letter, quoted) {
            ('"', _) => quoted = !quoted,
            (',', false) => cells.push(String::new()),
            (other, _) => cells
                .last_mut()
                .into_iter()
                .for_each(|cell| cell.push(other)),
        }
    }
    cells
}
