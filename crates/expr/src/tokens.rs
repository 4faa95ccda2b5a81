//! Cuts a source into tokens.
//!
//! Keeps true: spans are byte ranges on character boundaries; no token is longer than the source allows.

use std::{iter::Peekable, str::CharIndices};

use qudao_base::Date;
use rust_decimal::Decimal;

use crate::{ExpressionError, errors::Span};

/// Most decimal places a number may be written with.
pub(crate) const PLACES_MAX: u32 = 12;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Number(Decimal),
    Text(String),
    Date(Date),
    /// A name or a keyword.
    Name(String),
    /// An operator or a bracket.
    Sign(&'static str),
    End,
}

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
}

/// Longer signs first: the first that fits is taken.
const SIGNS: &[&str] = &[
    "==", "!=", "<=", ">=", "..", "??", "<", ">", "+", "-", "*", "/", "%", "(", ")", "[", "]", ",",
    ".", "?", ":",
];

/// All tokens; the last one is `End`.
pub(crate) fn tokens(source: &str) -> Result<Vec<Token>, ExpressionError> {
    let mut lexer = Lexer {
        source,
        characters: source.char_indices().peekable(),
    };
    let mut all = Vec::new();
    loop {
        let token = lexer.token()?;
        let done = token.kind == Kind::End;
        all.push(token);
        if done {
            return Ok(all);
        }
    }
}

struct Lexer<'s> {
    source: &'s str,
    characters: Peekable<CharIndices<'s>>,
}

impl Lexer<'_> {
    fn position(&mut self) -> usize {
        self.characters
            .peek()
            .map_or(self.source.len(), |(at, _)| *at)
    }

    fn skip_while(&mut self, wanted: impl Fn(char) -> bool) -> usize {
        while self.characters.next_if(|(_, each)| wanted(*each)).is_some() {}
        self.position()
    }

    fn token(&mut self) -> Result<Token, ExpressionError> {
        let start = self.skip_while(char::is_whitespace);
        let kind = match self.characters.peek().map(|(_, first)| *first) {
            None => Kind::End,
            Some('0'..='9') => self.number(start)?,
            Some(quote @ ('\'' | '"')) => Kind::Text(self.text(start, quote)?),
            Some(first) if first.is_alphabetic() || first == '_' => self.name(start)?,
            Some(first) => self.sign(start, first)?,
        };
        let span = start..self.position();
        Ok(Token { kind, span })
    }

    fn number(&mut self, start: usize) -> Result<Kind, ExpressionError> {
        let digit = |each: char| each.is_ascii_digit();
        let mut end = self.skip_while(digit);
        let mut rest = self.source[end..].chars();
        // `1..5` is a range, `1.5` a number.
        if rest.next() == Some('.') && rest.next().is_some_and(digit) {
            self.characters.next();
            end = self.skip_while(digit);
        }
        let found = &self.source[start..end];
        let number = found.parse::<Decimal>().ok();
        let kept = number.filter(|number| {
            // Decimal rounds what it cannot hold: too many digits are refused rather than changed.
            number.scale() <= PLACES_MAX
                && number.trunc().abs() <= Decimal::from(i64::MAX)
                && found.len() <= 29
        });
        kept.map(Kind::Number).ok_or_else(|| {
            ExpressionError::new("expression.number", start..end).with("found", cut(found))
        })
    }

    fn text(&mut self, start: usize, quote: char) -> Result<String, ExpressionError> {
        self.characters.next();
        let mut text = String::new();
        while let Some((at, each)) = self.characters.next() {
            match each {
                each if each == quote => return Ok(text),
                // PostgreSQL holds no NUL in a text.
                '\0' => return Err(character(at, each)),
                '\\' => match self.characters.next() {
                    Some((_, kept @ ('\'' | '"' | '\\'))) => text.push(kept),
                    Some((_, 'n')) => text.push('\n'),
                    Some((at, other)) => return Err(character(at, other)),
                    None => break,
                },
                each => text.push(each),
            }
        }
        Err(ExpressionError::new(
            "expression.text_open",
            start..self.source.len(),
        ))
    }

    fn name(&mut self, start: usize) -> Result<Kind, ExpressionError> {
        let end = self.skip_while(|each| each.is_alphanumeric() || each == '_');
        let name = &self.source[start..end];
        match self.characters.peek() {
            Some((_, quote @ ('\'' | '"'))) if name == "d" => {
                let quote = *quote;
                let written = self.text(end, quote)?;
                let date = written
                    .parse::<Date>()
                    .ok()
                    .filter(|date| date.number() > 0);
                date.map(Kind::Date).ok_or_else(|| {
                    let error = ExpressionError::new("expression.literal", start..self.position());
                    error.with("found", cut(&written)).with("expected", "date")
                })
            }
            _ => Ok(Kind::Name(name.to_owned())),
        }
    }

    fn sign(&mut self, start: usize, first: char) -> Result<Kind, ExpressionError> {
        let rest = &self.source[start..];
        let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
        let sign = sign.ok_or_else(|| character(start, first))?;
        for _ in 0..sign.len() {
            self.characters.next();
        }
        Ok(Kind::Sign(sign))
    }
}

fn character(at: usize, found: char) -> ExpressionError {
    ExpressionError::new("expression.character", at..at + found.len_utf8()).with("found", found)
}

/// What an error quotes of a long piece.
pub(crate) fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}
