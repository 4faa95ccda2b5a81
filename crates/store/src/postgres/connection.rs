//! One connection to a server.
//!
//! Keeps true: nothing waits longer than the deadline; after a missed deadline the connection is lost for good, for nobody knows
//! what the server still does on it; a statement is prepared once.
//! Not here: transactions, choosing a host.

use std::{collections::HashMap, time::Duration};

use futures_util::{TryStreamExt, future::try_join_all};
use qudao_base::{Fault, Value};
use tokio_postgres::{Client, Config, Statement, types::Type};

use super::{
    fault,
    line::{Failure, Line},
    tls::Tls,
    value::{Bound, decode},
};
use crate::{
    Row,
    fault::{running, unavailable_because},
    sql::{is_plain_insert, numbered, with_rows, with_updates},
};

/// How many prepared statements a connection keeps; then it begins anew.
const STATEMENTS_KEPT: usize = 1024;

/// For so many transactions, at first, plans are kept; see [`Connection::begin`].
const PLANS_KEPT: u64 = 16;

/// How many rows one insert takes.
const ROWS_MAX: usize = 64;

/// So many rows or fewer stand in one statement, whatever their number.
const FEW_ROWS: usize = 8;

/// How many parameters one insert takes, well under what the protocol allows.
const PARAMETERS_MAX: usize = 8_000;

/// How many statements are sent ahead of their answers.
const PIPELINE_LENGTH: usize = 256;

pub(crate) struct Connection {
    client: Client,
    line: Line,
    statements: HashMap<String, Statement>,
    /// Transactions begun on it.
    begun: u64,
}

impl Connection {
    pub fn open((config, tls): (&Config, &Tls), deadline: Duration) -> Result<Self, Fault> {
        let (client, line) = Line::open((config, tls), deadline)?;
        Ok(Self {
            client,
            line,
            statements: HashMap::new(),
            begun: 0,
        })
    }

    /// Runs the statement, which begins a transaction. The server keeps the plans of prepared statements, and one made while a table
    /// was empty reads all of it until its statistics are renewed: so they are made anew each time the connection has been
    /// used twice as often.
    pub fn begin(&mut self, sql: &str) -> Result<(), Fault> {
        self.begun += 1;
        if self.begun >= PLANS_KEPT && self.begun.is_power_of_two() {
            self.batch("DISCARD PLANS")?;
        }
        self.batch(sql)
    }

    /// True when it can never be used again.
    pub fn is_lost(&self) -> bool {
        self.line.is_late() || self.client.is_closed()
    }

    /// True when a deadline was missed on it.
    pub const fn is_late(&self) -> bool {
        self.line.is_late()
    }

    pub const fn set_deadline(&mut self, deadline: Duration) {
        self.line.set_deadline(deadline);
    }

    pub fn query(&mut self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, Fault> {
        let statement = self.prepare(sql, parameters.len())?;
        let answer = self.line.wait(async {
            let rows = self
                .client
                .query_raw(&statement, parameters.iter().map(Bound))
                .await?;
            rows.try_collect::<Vec<_>>().await
        });
        let rows = self.settle(sql, answer)?;
        rows.iter()
            .map(decode)
            .collect::<Result<_, _>>()
            .map_err(|error| Fault::from_error(running(sql), error))
    }

    pub fn execute(&mut self, sql: &str, parameters: &[Value]) -> Result<u64, Fault> {
        let statement = self.prepare(sql, parameters.len())?;
        let answer = self.line.wait(
            self.client
                .execute_raw(&statement, parameters.iter().map(Bound)),
        );
        self.settle(sql, answer)
    }

    pub fn execute_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<u64, Fault> {
        if rows.len() > 1 && is_plain_insert(sql) {
            return self.insert_many(sql, rows);
        }
        let mut touched = 0;
        for some in rows.chunks(PIPELINE_LENGTH) {
            let mut statement = None;
            for row in some {
                statement = Some(self.prepare(sql, row.len())?);
            }
            let Some(statement) = statement else { continue };
            let sent = some
                .iter()
                .map(|row| self.client.execute_raw(&statement, row.iter().map(Bound)));
            let answer = self.line.wait(try_join_all(sent));
            touched += self.settle(sql, answer)?.iter().sum::<u64>();
        }
        Ok(touched)
    }

    /// Updates of rows by id and version, in whatever order.
    pub fn update_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<u64, Fault> {
        let [first, _, ..] = rows else {
            return self.execute_many(sql, rows);
        };
        let one = self.prepare(sql, first.len())?;
        let types: Vec<&str> = one.params().iter().map(Type::name).collect();
        if with_updates(sql, &types, 1).is_none() {
            return self.execute_many(sql, rows);
        }
        self.in_batches(sql, rows, |count| with_updates(sql, &types, count))
    }

    fn insert_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<u64, Fault> {
        self.in_batches(sql, rows, |count| Some(with_rows(sql, count)))
    }

    /// Several rows in one statement cost the server far less than a statement each. Where they are many, their number is a power of
    /// two, so that few statements are ever prepared.
    fn in_batches(
        &mut self,
        sql: &str,
        rows: &[Vec<Value>],
        of_rows: impl Fn(usize) -> Option<String>,
    ) -> Result<u64, Fault> {
        let mut batches: Vec<(Statement, &[Vec<Value>])> = Vec::new();
        let mut rest = rows;
        while let Some(first) = rest.first() {
            let most = (PARAMETERS_MAX / first.len().max(1)).clamp(1, ROWS_MAX);
            let count = match rest.len().min(most) {
                few @ ..=FEW_ROWS => few,
                many => 1 << many.ilog2(),
            };
            let (batch, more) = rest.split_at(count);
            let given = batch.iter().map(Vec::len).sum();
            let text = of_rows(count).ok_or_else(|| Fault::new(running(sql)))?;
            batches.push((self.prepare(&text, given)?, batch));
            rest = more;
        }
        let mut touched = 0;
        for some in batches.chunks(PIPELINE_LENGTH) {
            let sent = some.iter().map(|(statement, batch)| {
                let values = batch.iter().flatten().map(Bound).collect::<Vec<_>>();
                self.client.execute_raw(statement, values)
            });
            let answer = self.line.wait(try_join_all(sent));
            touched += self.settle(sql, answer)?.iter().sum::<u64>();
        }
        Ok(touched)
    }

    pub fn query_many(&mut self, sql: &str, rows: &[Vec<Value>]) -> Result<Vec<Vec<Row>>, Fault> {
        let mut answers = Vec::with_capacity(rows.len());
        for some in rows.chunks(PIPELINE_LENGTH) {
            let mut statement = None;
            for row in some {
                statement = Some(self.prepare(sql, row.len())?);
            }
            let Some(statement) = statement else { continue };
            let sent = some.iter().map(async |row| {
                let found = self
                    .client
                    .query_raw(&statement, row.iter().map(Bound))
                    .await?;
                found.try_collect::<Vec<_>>().await
            });
            let answer = self.line.wait(try_join_all(sent));
            for found in self.settle(sql, answer)? {
                let decoded: Result<Vec<Row>, _> = found.iter().map(decode).collect();
                answers.push(decoded.map_err(|error| Fault::from_error(running(sql), error))?);
            }
        }
        Ok(answers)
    }

    pub fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        let answer = self.line.wait(self.client.batch_execute(sql));
        self.settle(sql, answer)
    }

    fn prepare(&mut self, sql: &str, given: usize) -> Result<Statement, Fault> {
        let statement = if let Some(statement) = self.statements.get(sql) {
            statement.clone()
        } else {
            let answer = self.line.wait(self.client.prepare(&numbered(sql)));
            let statement = self.settle(sql, answer)?;
            if self.statements.len() >= STATEMENTS_KEPT {
                self.statements.clear();
            }
            self.statements.insert(sql.to_owned(), statement.clone());
            statement
        };
        let wanted = statement.params().len();
        if wanted != given {
            let count = format!("{wanted} parameters wanted, {given} given");
            return Err(Fault::from_error(running(sql), count));
        }
        Ok(statement)
    }

    fn settle<T>(&mut self, sql: &str, answer: Result<T, Failure>) -> Result<T, Fault> {
        match answer {
            Ok(answer) => Ok(answer),
            Err(Failure::Late(deadline)) => {
                let waited = format!("no answer within {deadline:?}");
                Err(unavailable_because(running(sql), waited))
            }
            Err(Failure::Told(error)) => {
                if fault::is_stale_plan(&error) {
                    self.statements.clear();
                }
                Err(fault::of(sql, error))
            }
        }
    }
}
