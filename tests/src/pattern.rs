//! How the sentence of a step is recognised: fixed words around names.
//!
//! Keeps true: spaces count for nothing, except inside names that are quoted or are expressions.

/// The parts of the sentence that stand where the pattern has `{}`; nothing when it is another sentence.
pub fn matched(pattern: &str, sentence: &str) -> Option<Vec<String>> {
    let sentence = sentence.trim().trim_end_matches([':', '：']).trim_end();
    let fixed: Vec<&str> = pattern.split("{}").map(str::trim).collect();
    let (first, rest) = fixed.split_first()?;
    let mut left = sentence.strip_prefix(first)?;
    let mut found = Vec::new();
    for (at, words) in rest.iter().enumerate() {
        let last = at + 1 == rest.len();
        let end = match (last, words.is_empty()) {
            (true, true) => left.len(),
            (true, false) => left.len().checked_sub(words.len())?,
            // Two names side by side: the first ends at the blank.
            (false, true) => {
                let name = left.trim_start();
                left.len() - name.len() + name.find(char::is_whitespace)?
            }
            (false, _) => left.find(words)?,
        };
        if !left.is_char_boundary(end) || !left[end..].starts_with(words) {
            return None;
        }
        let part = left[..end].trim();
        if part.is_empty() {
            return None;
        }
        found.push(part.to_owned());
        left = &left[end + words.len()..];
    }
    left.trim().is_empty().then_some(found)
}

/// A name holds no blank, so that a longer sentence is not taken for a shorter one.
pub fn is_name(text: &str) -> bool {
    !text.contains(char::is_whitespace) && !text.contains(['，', '的', '"'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_taken_apart() {
        for (pattern, sentence, expected) in [
            (
                "{} 建立 {} @{}",
                "li 建立 deal @first:",
                Some(vec!["li", "deal", "first"]),
            ),
            (
                "{} 建立 {} @{}",
                "li建立deal@first",
                Some(vec!["li", "deal", "first"]),
            ),
            (
                "{} creates {} @{}",
                "li creates deal @a",
                Some(vec!["li", "deal", "a"]),
            ),
            (
                "账户 {} @{} {} 余额 {}",
                "账户 credit @acme CNY 余额 3",
                Some(vec!["credit", "acme", "CNY", "3"]),
            ),
            ("有用户", "有用户：", Some(vec![])),
            (
                "被拒绝，代码 {}",
                "被拒绝，代码 deal.protected",
                Some(vec!["deal.protected"]),
            ),
            (
                "{} 看到 {} 条 {}",
                "wang 看到 2 条 task",
                Some(vec!["wang", "2", "task"]),
            ),
            ("{} 看到 {} 条 {}", "wang 看到 @a", None),
            ("说明含 \"{}\"", "说明含 \"保护 至\"", Some(vec!["保护 至"])),
            ("{} 删除 @{}", "删除 @a", None),
        ] {
            let found = matched(pattern, sentence);
            let found = found
                .as_ref()
                .map(|parts| parts.iter().map(String::as_str).collect());
            assert_eq!(found, expected, "{pattern} / {sentence}");
        }
    }
}
