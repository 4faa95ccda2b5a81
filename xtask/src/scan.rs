//! Rust source as the checks need it: code with comments and texts blanked out, the texts apart, the functions.
//!
//! Keeps true: blanking changes no line and no column (counted in characters), so a finding names the true line.
//! Not here: a parser. Counting brackets is enough for what is asked.

/// A Rust file taken apart.
pub struct Scan {
    /// The text with comments and the insides of text literals as blanks.
    pub code: Vec<char>,
    /// Text literals with the line they start on.
    pub literals: Vec<(usize, String)>,
}

/// A function with a body.
pub struct Function {
    /// Its name.
    pub name: String,
    /// First line.
    pub line: usize,
    /// Lines from `fn` to the closing bracket.
    pub lines: usize,
}

/// Takes a file apart.
pub fn scan(text: &str) -> Scan {
    let source: Vec<char> = text.chars().collect();
    let mut scan = Scan {
        code: source.clone(),
        literals: Vec::new(),
    };
    let mut at = 0;
    while at < source.len() {
        let end = match (source[at], source.get(at + 1)) {
            ('/', Some('/')) => line_end(&source, at),
            ('/', Some('*')) => comment_end(&source, at),
            ('"', _) => scan.literal(&source, at, at + 1, &[]),
            ('r', Some('"' | '#')) if starts_raw(&source, at) => {
                let hashes = source[at + 1..].iter().take_while(|&&c| c == '#').count();
                let closing = vec!['#'; hashes];
                scan.literal(&source, at, at + 2 + hashes, &closing)
            }
            ('\'', _) => character_end(&source, at),
            _ => at,
        };
        if end == at {
            at += 1;
        } else {
            blank(&mut scan.code[at..end]);
            at = end;
        }
    }
    scan
}

impl Scan {
    /// Notes the literal that starts at `from`, whose inside starts at `inside`; gives where it ends.
    fn literal(&mut self, source: &[char], from: usize, inside: usize, closing: &[char]) -> usize {
        let raw = inside > from + 1;
        let mut at = inside;
        while at < source.len() {
            if !raw && source[at] == '\\' {
                at += 2;
                continue;
            }
            if source[at] == '"' && source[at + 1..].starts_with(closing) {
                break;
            }
            at += 1;
        }
        let inside_end = at.min(source.len());
        let content: String = source[inside..inside_end].iter().collect();
        self.literals.push((line_of(source, from), content));
        (inside_end + 1 + closing.len()).min(source.len())
    }

    /// Functions with a body, outer and inner.
    pub fn functions(&self) -> Vec<Function> {
        words(&self.code)
            .filter(|(_, _, word)| word == "fn")
            .filter_map(|(_, end, _)| self.function(end))
            .collect()
    }

    fn function(&self, after: usize) -> Option<Function> {
        let name: String = self.code[after..]
            .iter()
            .skip_while(|c| c.is_whitespace())
            .take_while(|c| is_word(**c))
            .collect();
        if name.is_empty() {
            return None;
        }
        let open = self.body(after)?;
        let close = self.closing(open)?;
        let line = line_of(&self.code, after);
        Some(Function {
            name,
            line,
            lines: line_of(&self.code, close) - line + 1,
        })
    }

    /// The `{` of the body; `None` for a declaration that ends in `;`.
    fn body(&self, after: usize) -> Option<usize> {
        let mut depth = 0_i32;
        for (at, c) in self.code.iter().enumerate().skip(after) {
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => depth -= 1,
                ';' if depth == 0 => return None,
                '{' if depth == 0 => return Some(at),
                _ => {}
            }
        }
        None
    }

    fn closing(&self, open: usize) -> Option<usize> {
        let mut depth = 0_i32;
        for (at, c) in self.code.iter().enumerate().skip(open) {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Some(at);
            }
        }
        None
    }

    /// Lines inside `#[cfg(test)] mod … { … }`.
    pub fn test_lines(&self) -> usize {
        let marker: Vec<char> = "#[cfg(test)]".chars().collect();
        let mut lines = 0;
        let mut at = 0;
        while let Some(found) = find(&self.code, &marker, at) {
            at = found + marker.len();
            let Some(open) = self.body(at) else { continue };
            let Some(close) = self.closing(open) else {
                break;
            };
            lines += line_of(&self.code, close) - line_of(&self.code, found) + 1;
            at = close;
        }
        lines
    }
}

/// Identifiers and key words: start, end, text.
pub fn words(code: &[char]) -> impl Iterator<Item = (usize, usize, String)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < code.len() && !is_word(code[at]) {
            at += 1;
        }
        let start = at;
        while at < code.len() && is_word(code[at]) {
            at += 1;
        }
        (start < at).then(|| (start, at, code[start..at].iter().collect()))
    })
}

/// The line, from 1, a position is on.
pub fn line_of(source: &[char], position: usize) -> usize {
    1 + source[..position].iter().filter(|&&c| c == '\n').count()
}

/// Where a sequence starts, at or after a position.
pub fn find(source: &[char], sought: &[char], from: usize) -> Option<usize> {
    source
        .get(from..)?
        .windows(sought.len())
        .position(|window| window == sought)
        .map(|at| at + from)
}

const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn blank(range: &mut [char]) {
    for c in range.iter_mut().filter(|c| **c != '\n') {
        *c = ' ';
    }
}

fn line_end(source: &[char], from: usize) -> usize {
    source[from..]
        .iter()
        .position(|&c| c == '\n')
        .map_or(source.len(), |length| from + length)
}

fn comment_end(source: &[char], from: usize) -> usize {
    let mut depth = 0_i32;
    let mut at = from;
    while at + 1 < source.len() {
        match (source[at], source[at + 1]) {
            ('/', '*') => (depth, at) = (depth + 1, at + 2),
            ('*', '/') => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    source.len()
}

/// A character literal, or nothing for a lifetime.
fn character_end(source: &[char], from: usize) -> usize {
    match (source.get(from + 1), source.get(from + 2)) {
        (Some('\\'), _) => source[from + 3..]
            .iter()
            .position(|&c| c == '\'')
            .map_or(source.len(), |length| from + 4 + length),
        (Some(_), Some('\'')) => from + 3,
        _ => from,
    }
}

fn starts_raw(source: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map(|at| source[at]);
    let prefixed = matches!(before, Some('b' | 'c'));
    let first = if prefixed {
        at.checked_sub(2).map(|at| source[at])
    } else {
        before
    };
    let opens = source[at + 1..].iter().find(|&&c| c != '#');
    !first.is_some_and(is_word) && opens == Some(&'"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_texts_are_blanked() {
        for (text, code) in [
            ("a // b", "a"),
            ("a /* b /* c */ d */ e", "a                   e"),
            (r#"f("}\"{")"#, "f(      )"),
            ("r##\"a\"# }\"##;", "            ;"),
            ("'{' 'a '\\'' x", "    'a      x"),
            ("br\"}\";", "b    ;"),
            ("for\"x\"", "for"),
        ] {
            let found: String = scan(text).code.into_iter().collect();
            assert_eq!(found.trim_end(), code, "{text}");
        }
    }

    #[test]
    fn functions_are_measured() {
        let text =
            "fn a() -> [u8; 2] {\n  if x { }\n}\ntrait T { fn b(); }\nlet c: fn(i32);\nfn d() {}";
        let found: Vec<_> = scan(text)
            .functions()
            .iter()
            .map(|one| (one.name.clone(), one.line, one.lines))
            .collect();
        assert_eq!(found, [("a".to_owned(), 1, 3), ("d".to_owned(), 6, 1)]);
    }

    #[test]
    fn test_modules_do_not_count() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() {}\n}\n";
        assert_eq!(scan(text).test_lines(), 4);
        assert_eq!(scan("#[cfg(test)]\nmod tests;\n").test_lines(), 0);
    }

    #[test]
    fn literals_keep_their_line() {
        let found = scan("a\n\"select \\\" 1\"; // \"no\"").literals;
        assert_eq!(found, [(2, "select \\\" 1".to_owned())]);
    }
}
