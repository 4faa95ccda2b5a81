//! A ship-to place as channels write it, read into a division code.
//!
//! Keeps true: a code is only as deep as the names say; a name that does not lie within the one before it is not read.
//! Not here: districts, whose names are no codes here: their city's code stands for them.

use crate::partner::regions::place_at_head;

/// Most names of places behind each other: province, city, county-level city, and what precedes them.
const NAMES_MAX: usize = 4;

/// The six-digit division of a text such as 浙江省 杭州市 西湖区; none when no province or city is known.
pub fn division(text: &str) -> Option<String> {
    let joined: String = text
        .chars()
        .filter(|each| !each.is_whitespace() && !"/-,，、".contains(*each))
        .collect();
    let (mut rest, mut code) = (joined.as_str(), "");
    for _ in 0..NAMES_MAX {
        let Some(place) = place_at_head(rest) else {
            break;
        };
        if place.code.starts_with(code) && place.code.len() > code.len() {
            code = place.code;
        } else if !place.code.is_empty() && place.code != code {
            break;
        }
        rest = &rest[place.length..];
    }
    (!code.is_empty()).then(|| format!("{code:0<6}"))
}

#[cfg(test)]
mod tests {
    use super::division;

    #[test]
    fn reads_names_as_deep_as_they_go() {
        for (text, code) in [
            ("浙江省 杭州市 西湖区", Some("330100")),
            ("浙江省杭州市", Some("330100")),
            ("浙江", Some("330000")),
            ("北京市北京市海淀区", Some("110000")),
            ("中国/广东省/深圳市/南山区", Some("440300")),
            ("浙江省金华市义乌市", Some("330782")),
            ("江苏省杭州市", Some("320000")),
            ("Springfield", None),
            ("", None),
        ] {
            assert_eq!(division(text).as_deref(), code, "{text}");
        }
    }
}
