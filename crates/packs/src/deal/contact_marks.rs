//! Telephone numbers and internet addresses in the one spelling that is compared.
//!
//! Not here: whether a number exists; a number is compared, never dialled.

use super::{company_words::is_free_mail, traditional::fold_character};

/// Second-level parts below which companies register their domains.
const SHARED_SECOND_LEVELS: [&str; 8] = ["com", "net", "org", "gov", "edu", "co", "ac", "or"];

/// The digits that identify a telephone: no country code 86, no extension, no leading zero. `None` below seven digits.
pub fn phone_digits(written: &str) -> Option<String> {
    let folded: String = written.trim().chars().map(fold_character).collect();
    let main = folded
        .split(|letter: char| {
            letter.is_alphabetic() || matches!(letter, '#' | '*' | ';' | '/' | ',')
        })
        .find(|part| part.bytes().any(|byte| byte.is_ascii_digit()))?;
    let digits: String = main.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_start_matches('0');
    let national = match digits.strip_prefix("86") {
        Some(rest) if rest.len() >= 10 => rest.trim_start_matches('0'),
        _ => digits,
    };
    (national.len() >= 7).then(|| national.to_owned())
}

/// The domain an address belongs to, without `www`, path and sub-domains; `None` for public mail providers and nonsense.
pub fn domain_of(address: &str) -> Option<String> {
    let folded: String = address.trim().chars().map(fold_character).collect();
    let behind_scheme = folded.rsplit("://").next()?;
    let behind_at = behind_scheme.rsplit('@').next()?;
    let host = behind_at.split(['/', '?', '#', ':']).next()?;
    if is_free_mail(host) {
        return None;
    }
    let labels: Vec<&str> = host.split('.').collect();
    if labels.len() < 2
        || labels
            .iter()
            .any(|label| label.is_empty() || label.contains(' '))
    {
        return None;
    }
    let second = labels[labels.len() - 2];
    let kept = if labels.len() > 2 && SHARED_SECOND_LEVELS.contains(&second) {
        3
    } else {
        2
    };
    let domain = labels[labels.len() - kept..].join(".");
    (!is_free_mail(&domain)).then_some(domain)
}
