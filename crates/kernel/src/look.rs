//! What is about to be looked at, so that what was kept back is written before it: rows that are only added, and projections.
//!
//! Keeps true: a statement sees every table it names. A name is found as a whole word of the statement's text, wherever it stands: a
//! word that is no table there writes rows earlier than needed, which changes no answer, while a table can be reached by no other
//! way, for the schema has neither views nor triggers. Looking is as cheap as searching a text and happens only while something
//! waits; a parser, or a list of tables at every call, would say no more and could be forgotten.

/// What is about to be looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Look<'s> {
    /// The tables a statement names.
    Statement(&'s str),
    /// All of them: the transaction is about to commit.
    Everything,
}

impl Look<'_> {
    /// True when the table is looked at.
    pub fn sees(self, table: &str) -> bool {
        match self {
            Self::Statement(sql) => names(sql, table),
            Self::Everything => true,
        }
    }
}

fn names(sql: &str, table: &str) -> bool {
    let goes_on = |next: Option<char>| next.is_some_and(|one| one.is_alphanumeric() || one == '_');
    sql.match_indices(table).any(|(at, _)| {
        let (before, after) = (&sql[..at], &sql[at + table.len()..]);
        !goes_on(before.chars().next_back()) && !goes_on(after.chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_named_by_a_whole_word_only() {
        for (sql, named) in [
            ("SELECT id FROM mark WHERE id = ?", true),
            ("SELECT id FROM \"mark\"", true),
            ("SELECT id FROM a JOIN mark ON mark.id = a.id", true),
            ("UPDATE mark SET a = 1", true),
            ("mark", true),
            ("SELECT id FROM mark_count", false),
            ("SELECT id FROM old_mark", false),
            ("SELECT id FROM marks, remark, mark2, 库mark", false),
            (
                "SELECT id FROM mark_count WHERE id IN (SELECT id FROM mark)",
                true,
            ),
            ("SELECT t.\"mark_id\" FROM a t", false),
            ("", false),
        ] {
            assert_eq!(Look::Statement(sql).sees("mark"), named, "{sql}");
        }
        assert!(Look::Everything.sees("mark"));
    }
}
