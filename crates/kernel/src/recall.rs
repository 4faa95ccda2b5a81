//! Answers kept beyond a transaction: what the database said about objects declared `cached` is not asked again while they stay the
//! same.
//!
//! Keeps true: an answer is given again only while every table its question names has the stamp it had when the answer was read.
//! Stamps are read within the asking transaction; who writes gives a new one in the very transaction, and asks the database
//! itself from then on; who waited for a lock, or for an account, reads the stamps anew. Rows about to be locked or written over
//! are asked for every time, so that an edit behind the log is seen. No stamp is given twice, so what was taken back with its
//! transaction cannot be taken for true later.
//! Not here: what one transaction knows of its own (`memory`).

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use qudao_base::{Id, Result, Value};
use qudao_meta::Catalog;
use qudao_store::{Dialect, Row};

use crate::{Cx, Typed, look::Look, model::quoted, schema::kernel_tables};

/// Kernel tables whose answers are kept like those of cached objects.
const CACHED: [&str; 1] = ["setting_value"];
/// Different questions remembered at most.
const STATEMENTS_MAX: usize = 2_000;
/// Rows remembered at most.
const ROWS_MAX: usize = 50_000;
/// A longer answer is not kept.
const ANSWER_ROWS_MAX: usize = 500;

/// Positions of tables in [`Recall::tables`].
type Tables = Arc<[usize]>;

/// When the tables of a question were last written, as ids of those writes, in their order.
type Stamps = Vec<i64>;

struct Answer {
    stamps: Stamps,
    rows: Arc<Vec<Row>>,
}

struct Statement {
    /// None when it names a table whose answers are not kept.
    tables: Option<Tables>,
    answers: HashMap<Vec<Value>, Answer>,
}

#[derive(Default)]
struct Kept {
    statements: HashMap<String, Statement>,
    row_count: usize,
}

/// Answers of a site.
pub(crate) struct Recall {
    /// Tables whose answers are kept.
    tables: Vec<String>,
    /// All other tables: a question that names one of them is asked every time.
    others: Vec<String>,
    kept: Mutex<Kept>,
}

impl Recall {
    pub fn of(catalog: &Catalog) -> Self {
        let objects = catalog.objects().iter();
        let objects = objects.map(|object| (object.name.clone(), object.cached));
        let own = kernel_tables().map(|name| (name.to_owned(), CACHED.contains(&name)));
        let (cached, others): (Vec<_>, Vec<_>) = objects.chain(own).partition(|(_, is)| *is);
        let names = |all: Vec<(String, bool)>| all.into_iter().map(|(name, _)| name).collect();
        Self {
            tables: names(cached),
            others: names(others),
            kept: Mutex::default(),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tables a question names, if their answers are kept.
    fn tables_of(&self, sql: &str) -> Option<Tables> {
        let mut kept = self.kept();
        if let Some(known) = kept.statements.get(sql) {
            return known.tables.clone();
        }
        if kept.statements.len() >= STATEMENTS_MAX {
            *kept = Kept::default();
        }
        let tables = self.look(sql);
        let statement = Statement {
            tables: tables.clone(),
            answers: HashMap::new(),
        };
        kept.statements.insert(sql.to_owned(), statement);
        tables
    }

    fn look(&self, sql: &str) -> Option<Tables> {
        // A row is locked as it is, not as it was.
        let is_plain = sql.starts_with("SELECT") && !sql.contains(" FOR ");
        let question = Look::Statement(sql);
        if !is_plain || self.others.iter().any(|name| question.sees(name)) {
            return None;
        }
        let named = |&at: &usize| question.sees(&self.tables[at]);
        let tables: Tables = (0..self.tables.len()).filter(named).collect();
        (!tables.is_empty()).then_some(tables)
    }

    fn find(&self, sql: &str, parameters: &[Value], stamps: &Stamps) -> Option<Arc<Vec<Row>>> {
        let kept = self.kept();
        let answer = kept.statements.get(sql)?.answers.get(parameters)?;
        (answer.stamps == *stamps).then(|| Arc::clone(&answer.rows))
    }

    fn keep(&self, sql: &str, parameters: &[Value], stamps: &Stamps, rows: &[Row]) {
        if rows.len() > ANSWER_ROWS_MAX {
            return;
        }
        let mut kept = self.kept();
        // An empty answer takes its place, too.
        let more = rows.len() + 1;
        if kept.row_count + more > ROWS_MAX {
            kept.row_count = 0;
            for statement in kept.statements.values_mut() {
                statement.answers.clear();
            }
        }
        let answer = Answer {
            stamps: stamps.clone(),
            rows: Arc::new(rows.to_vec()),
        };
        let Some(statement) = kept.statements.get_mut(sql) else {
            return;
        };
        let before = statement.answers.insert(parameters.to_vec(), answer);
        let less = before.map_or(0, |before| before.rows.len() + 1);
        kept.row_count = (kept.row_count + more).saturating_sub(less);
    }
}

/// What a transaction knows of the stamps, and which it will give anew.
#[derive(Debug, Default)]
pub(crate) struct Writing {
    /// Nothing is taken as known.
    asks_anew: bool,
    stamps: Option<HashMap<String, i64>>,
    written: BTreeSet<String>,
}

impl Cx<'_> {
    /// Notes that rows of the table are about to be written.
    pub(crate) fn writes(&mut self, table: &str) {
        let tables = &self.kernel.recall.tables;
        if !self.writing.written.contains(table) && tables.iter().any(|name| name == table) {
            self.writing.written.insert(table.to_owned());
        }
    }

    /// From now on the database itself is asked, as who looks for edits behind the log must.
    pub(crate) const fn ask_anew(&mut self) {
        self.writing.asks_anew = true;
    }

    /// Notes that this transaction may have waited for others: what they wrote meanwhile has another stamp now.
    pub(crate) fn waited(&mut self) {
        if self.connection.dialect() == Dialect::Postgres {
            self.writing.stamps = None;
            self.settings = None;
        }
    }

    /// Gives what was written its new stamps. In the order of their names, so that nobody waits crosswise.
    pub(crate) fn stamp_written(&mut self) -> Result<()> {
        for table in std::mem::take(&mut self.writing.written) {
            let row = vec![self.new_id().into(), table.into()];
            let row = self.kernel.site.key.coded("cache_stamp", row);
            self.connection.execute(
                "INSERT INTO cache_stamp (id, name, code) VALUES (?, ?, ?) \
                 ON CONFLICT (name) DO UPDATE SET id = excluded.id, code = excluded.code",
                &row,
            )?;
        }
        Ok(())
    }

    /// The stamps of the tables a question names; none when its answer may not be kept.
    fn stamps(&mut self, sql: &str) -> Result<Option<Stamps>> {
        let recall = &self.kernel.recall;
        let Some(tables) = recall.tables_of(sql).filter(|_| !self.writing.asks_anew) else {
            return Ok(None);
        };
        let names = || tables.iter().map(|&at| &recall.tables[at]);
        if names().any(|name| self.writing.written.contains(name)) {
            return Ok(None);
        }
        if self.writing.stamps.is_none() {
            let rows = self
                .connection
                .query("SELECT name, id FROM cache_stamp", &[])?;
            let stamp = |row: &Row| Ok((row.text(0)?.to_owned(), row.int(1)?));
            self.writing.stamps = Some(rows.iter().map(stamp).collect::<Result<_>>()?);
        }
        let known = self.writing.stamps.as_ref();
        let stamp = |name| known.and_then(|known| known.get(name)).copied();
        Ok(Some(
            names()
                .map(|name| stamp(name).unwrap_or_default())
                .collect(),
        ))
    }

    /// The answer to a question about cached objects; none when it must be asked as any other.
    pub(crate) fn recall(&mut self, sql: &str, parameters: &[Value]) -> Result<Option<Vec<Row>>> {
        let Some(stamps) = self.stamps(sql)? else {
            return Ok(None);
        };
        let recall = &self.kernel.recall;
        if let Some(rows) = recall.find(sql, parameters, &stamps) {
            return Ok(Some(rows.to_vec()));
        }
        let rows = self.connection.query(sql, parameters)?;
        // On PostgreSQL others may have committed between the stamps and the rows.
        self.waited();
        if self.stamps(sql)?.as_ref() == Some(&stamps) {
            self.kernel.recall.keep(sql, parameters, &stamps, &rows);
        }
        Ok(Some(rows))
    }

    /// For each key, in their order, the records whose field has it and that meet the condition. Keys whose answers are not known
    /// are asked about in one statement.
    pub fn find_by<T: Typed>(
        &mut self,
        field: &str,
        keys: &[Id],
        (condition, parameters): (&str, &[Value]),
    ) -> Result<Vec<Vec<T>>> {
        let kernel = self.kernel;
        let model = kernel.model(T::OBJECT)?;
        let at = model.position(field)?;
        let select = format!("SELECT {} FROM {} t WHERE", model.columns, model.table());
        let key_is = |marks: &str| format!("t.{} {marks} AND ({condition})", quoted(field));
        let one = format!("{select} {}", key_is("= ?"));
        let with = |keys: &[Id]| {
            let keys = keys.iter().map(|&key| Value::from(key));
            keys.chain(parameters.iter().cloned()).collect::<Vec<_>>()
        };
        let stamps = self.stamps(&one)?;
        let mut answers: HashMap<Id, Arc<Vec<Row>>> = HashMap::new();
        let mut unknown = BTreeSet::new();
        for &key in keys {
            let known = stamps.as_ref();
            match known.and_then(|stamps| kernel.recall.find(&one, &with(&[key]), stamps)) {
                Some(rows) => drop(answers.insert(key, rows)),
                None => drop(unknown.insert(key)),
            }
        }
        let unknown = Vec::from_iter(unknown);
        if !unknown.is_empty() {
            let marks = vec!["?"; unknown.len()].join(", ");
            let all = format!("{select} {}", key_is(&format!("IN ({marks})")));
            self.catch_up(Look::Statement(&all))?;
            let mut found: HashMap<Id, Vec<Row>> = HashMap::new();
            for row in self.connection.query(&all, &with(&unknown))? {
                found.entry(row.id(at)?).or_default().push(row);
            }
            self.waited();
            let is_kept = stamps.is_some() && self.stamps(&one)? == stamps;
            for key in unknown {
                let rows = found.remove(&key).unwrap_or_default();
                if let Some(stamps) = stamps.as_ref().filter(|_| is_kept) {
                    kernel.recall.keep(&one, &with(&[key]), stamps, &rows);
                }
                answers.insert(key, Arc::new(rows));
            }
        }
        let records = |key: &Id| -> Result<Vec<T>> {
            let rows = answers.get(key).into_iter().flat_map(|rows| rows.iter());
            rows.map(|row| T::from_record(&model.record(row.clone())?))
                .collect()
        };
        keys.iter().map(records).collect()
    }
}
