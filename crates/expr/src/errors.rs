//! Everything that can be wrong with an expression: a code, a place, and the arguments of the text; texts in Chinese and English.
//!
//! Keeps true: every code raised anywhere in the crate stands in [`TEXTS`] (a test reads the sources).

use std::{collections::BTreeMap, fmt, ops::Range};

use qudao_base::{Locale, Refusal, Stop};

pub(crate) type Span = Range<usize>;

/// What is wrong, and where in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionError {
    /// Such as `expression.unknown_field`.
    pub code: &'static str,
    /// Bytes of the source it is about.
    pub span: Range<usize>,
    /// Values the text names.
    pub arguments: BTreeMap<String, String>,
}

/// Code, Chinese, English; `{name}` stands for an argument.
pub const TEXTS: &[(&str, &str, &str)] = &[
    (
        "expression.too_long",
        "表达式超过 {max} 个字符",
        "The expression is longer than {max} characters",
    ),
    (
        "expression.too_deep",
        "表达式嵌套超过 {max} 层",
        "The expression is nested more than {max} levels deep",
    ),
    (
        "expression.too_large",
        "表达式超过 {max} 个部分",
        "The expression has more than {max} parts",
    ),
    (
        "expression.character",
        "此处不能出现“{found}”",
        "“{found}” cannot stand here",
    ),
    (
        "expression.text_open",
        "文本缺少结束引号",
        "The text has no closing quote",
    ),
    (
        "expression.number",
        "“{found}”不是可用的数字（至多 12 位小数）",
        "“{found}” is not a usable number (at most 12 decimal places)",
    ),
    (
        "expression.literal",
        "“{found}”不是有效的{expected}值",
        "“{found}” is not a valid {expected}",
    ),
    (
        "expression.unexpected",
        "此处应为 {expected}，却是“{found}”",
        "Expected {expected} here, found “{found}”",
    ),
    (
        "expression.chained",
        "比较不能连写，请用 and 连接",
        "Comparisons cannot be chained; join them with and",
    ),
    (
        "expression.unknown_field",
        "没有字段“{name}”，最接近的是“{suggestion}”",
        "There is no field “{name}”; the nearest is “{suggestion}”",
    ),
    (
        "expression.unknown_function",
        "没有函数“{name}”，最接近的是“{suggestion}”",
        "There is no function “{name}”; the nearest is “{suggestion}”",
    ),
    (
        "expression.unknown_choice",
        "没有选项“{name}”，最接近的是“{suggestion}”",
        "There is no choice “{name}”; the nearest is “{suggestion}”",
    ),
    (
        "expression.type",
        "此处应为 {expected} 类型，却是 {found} 类型",
        "Expected {expected} here, found {found}",
    ),
    (
        "expression.not_comparable",
        "{left} 与 {right} 不能这样比较",
        "{left} and {right} cannot be compared like this",
    ),
    (
        "expression.arguments",
        "函数 {name} 需要 {expected} 个参数，给了 {found} 个",
        "The function {name} takes {expected} arguments, not {found}",
    ),
    (
        "expression.data",
        "字段“{name}”的数据不是 {expected} 类型",
        "The data of the field “{name}” is not of type {expected}",
    ),
    (
        "expression.division_by_zero",
        "除数为零",
        "Division by zero",
    ),
    (
        "expression.number_range",
        "数字超出范围",
        "The number is out of range",
    ),
    (
        "expression.date_range",
        "日期超出范围",
        "The date is out of range",
    ),
    (
        "expression.places",
        "小数位数应在 0 到 12 之间，却是 {found}",
        "Decimal places must be between 0 and 12, not {found}",
    ),
    (
        "expression.budget",
        "表达式计算量过大",
        "The expression takes too much work",
    ),
    (
        "expression.text_length",
        "文本超过 {max} 个字符",
        "The text is longer than {max} characters",
    ),
    (
        "expression.not_in_sql",
        "此处不能用于筛选：{what}",
        "This cannot be used in a filter: {what}",
    ),
];

impl ExpressionError {
    pub(crate) const fn new(code: &'static str, span: Span) -> Self {
        Self {
            code,
            span,
            arguments: BTreeMap::new(),
        }
    }

    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.arguments.insert(name.to_owned(), value.to_string());
        self
    }

    /// The error in words.
    pub fn message(&self, locale: Locale) -> String {
        let texts = TEXTS.iter().find(|(code, ..)| *code == self.code);
        let template = texts.map_or(self.code, |(_, zh, en)| match locale {
            Locale::Chinese => zh,
            Locale::English => en,
        });
        let fill = |text: String, (name, value): (&String, &String)| {
            text.replace(&format!("{{{name}}}"), value)
        };
        self.arguments.iter().fold(template.to_owned(), fill)
    }

    /// As a refusal; `from` and `to` are the bytes of the source it is about.
    pub fn refusal(&self) -> Refusal {
        let refusal = Refusal::invalid(self.code)
            .with("from", self.span.start)
            .with("to", self.span.end);
        let with = |refusal: Refusal, (name, value): (&String, &String)| refusal.with(name, value);
        self.arguments.iter().fold(refusal, with)
    }
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Range { start, end } = self.span;
        write!(
            out,
            "{} at {start}..{end}: {}",
            self.code,
            self.message(Locale::English)
        )
    }
}

impl std::error::Error for ExpressionError {}

impl From<ExpressionError> for Stop {
    fn from(error: ExpressionError) -> Self {
        error.refusal().into()
    }
}

/// The name nearest to the one that was written, or `—` when none is near.
pub(crate) fn nearest<'n>(written: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    let far = written.chars().count() / 2 + 1;
    let near = names
        .into_iter()
        .map(|name| (distance(written, name), name));
    let best = near.filter(|(steps, _)| *steps <= far).min();
    best.map_or_else(|| "—".to_owned(), |(_, name)| name.to_owned())
}

/// Levenshtein's distance in characters, names of more than sixty cut.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().take(60).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (at, one) in left.chars().take(60).enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, two) in right.iter().enumerate() {
            let changed = diagonal + usize::from(one != *two);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_texts_and_every_text_a_code() {
        let sources = [
            include_str!("arithmetic.rs"),
            include_str!("calls.rs"),
            include_str!("check.rs"),
            include_str!("context.rs"),
            include_str!("evaluate.rs"),
            include_str!("functions.rs"),
            include_str!("lists.rs"),
            include_str!("parse.rs"),
            include_str!("resolve.rs"),
            include_str!("sql.rs"),
            include_str!("sql_compare.rs"),
            include_str!("tokens.rs"),
        ]
        .join("\n");
        for part in sources.split("\"expression.").skip(1) {
            let code = format!("expression.{}", part.split('"').next().unwrap());
            assert!(TEXTS.iter().any(|(known, ..)| *known == code), "{code}");
        }
        for (code, ..) in TEXTS {
            assert!(
                sources.contains(&format!("\"{code}\"")),
                "{code} is never raised"
            );
        }
    }

    #[test]
    fn the_nearest_name_is_suggested() {
        let names = ["amount", "full_name", "金额"];
        assert_eq!(nearest("amuont", names), "amount");
        assert_eq!(nearest("金客", names), "金额");
        assert_eq!(nearest("zzzzzzzzz", names), "—");
    }
}
