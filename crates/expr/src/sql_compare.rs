//! Comparisons in SQL.
//!
//! Keeps true: the literal is brought to the column's units, never the column to the literal's, and a literal the units cannot
//! hold (1.5 against whole numbers) still gives the exact answer.

use qudao_base::{Date, Value};
use rust_decimal::Decimal;

use crate::{
    Sql, Type, Val,
    arithmetic::compare,
    errors::Span,
    functions::{add_days, out_of_calendar},
    node::{Node, What},
    sql::{Compiled, Compiler, Operand, refused},
    tree::Comparison,
    val::scaled,
};

/// A literal seen in a column's units.
enum Bound {
    /// Compare with this value in this way.
    Value(Comparison, Value),
    /// Every value that is not null has this answer; the second says whether null has it too.
    Always(bool),
}

impl Compiler<'_> {
    pub(crate) fn compare(
        &self,
        comparison: Comparison,
        left: &Operand,
        right: &Operand,
        at: &Span,
    ) -> Compiled {
        match (left, right) {
            (Operand::Constant(left), Operand::Constant(right)) => Ok(Sql::truth(
                compare(comparison, left, right, &self.context.zone).holds(),
            )),
            (Operand::Column(column, kind), Operand::Constant(val)) => {
                self.against(comparison, (column, kind), val, at)
            }
            (Operand::Constant(val), Operand::Column(column, kind)) => {
                self.against(comparison.flipped(), (column, kind), val, at)
            }
            (Operand::Column(left, left_kind), Operand::Column(right, right_kind)) => {
                let (left, right) = same_units((left, left_kind), (right, right_kind))
                    .ok_or_else(|| refused(comparison.sign(), at))?;
                Ok(Sql::of(
                    format!("{} {} {}", left.text, exact_sign(comparison), right.text),
                    &[&left, &right],
                ))
            }
        }
    }

    fn against(
        &self,
        comparison: Comparison,
        (column, kind): Side<'_>,
        val: &Val,
        at: &Span,
    ) -> Compiled {
        let zone = &self.context.zone;
        let null_test = |test: &str| Sql::of(format!("{} {test}", column.text), &[column]);
        match (kind, val) {
            (_, Val::Null) => Ok(match comparison {
                Comparison::Equal => null_test("IS NULL"),
                Comparison::Unequal => null_test("IS NOT NULL"),
                _ => Sql::truth(false),
            }),
            (Type::Instant, Val::Date(date)) => self.by_day(comparison, column, *date, at),
            (Type::Date, Val::Instant(moment)) => {
                let date = moment.date(zone).map_err(|_| out_of_calendar(at))?;
                Ok(plain(comparison, column, date.into()))
            }
            (kind, Val::Number(number)) => {
                let places = kind.scale().ok_or_else(|| refused(kind.name(), at))?;
                Ok(match bound(comparison, *number, places) {
                    Bound::Value(comparison, value) => plain(comparison, column, value),
                    Bound::Always(truth) if comparison.is_ordering() && truth => {
                        null_test("IS NOT NULL")
                    }
                    Bound::Always(truth) => Sql::truth(truth),
                })
            }
            (kind, val) => {
                let value = val
                    .to_storage(kind)
                    .ok_or_else(|| refused(kind.name(), at))?;
                Ok(plain(comparison, column, value))
            }
        }
    }

    /// An instant against a day: the day's first moment and the next day's decide.
    fn by_day(&self, comparison: Comparison, column: &Sql, date: Date, at: &Span) -> Compiled {
        let zone = &self.context.zone;
        let moment = |date: Date| date.start(zone).map_err(|_| out_of_calendar(at));
        let start = moment(date)?;
        let next = moment(add_days(date, Decimal::ONE, at)?)?;
        let is = |comparison, moment: qudao_base::Instant| plain(comparison, column, moment.into());
        Ok(match comparison {
            Comparison::Less => is(Comparison::Less, start),
            Comparison::LessOrEqual => is(Comparison::Less, next),
            Comparison::Greater => is(Comparison::GreaterOrEqual, next),
            Comparison::GreaterOrEqual => is(Comparison::GreaterOrEqual, start),
            Comparison::Equal => Sql::joined(
                &[
                    is(Comparison::GreaterOrEqual, start),
                    is(Comparison::Less, next),
                ],
                "AND",
            ),
            Comparison::Unequal => Sql::joined(
                &[
                    Sql::of(format!("{} IS NULL", column.text), &[column]),
                    is(Comparison::Less, start),
                    is(Comparison::GreaterOrEqual, next),
                ],
                "OR",
            ),
        })
    }

    pub(crate) fn membership(&mut self, sides: &[Node; 2], at: &Span) -> Compiled {
        let item = self.operand(&sides[0])?;
        let others = match &sides[1].what {
            What::List(nodes) => nodes
                .iter()
                .map(|node| self.operand(node))
                .collect::<Result<Vec<_>, _>>()?,
            _ if sides[1].is_constant() => match self.constant(&sides[1])? {
                Val::List(vals) => vals.into_iter().map(Operand::Constant).collect(),
                _ => Vec::new(),
            },
            _ => return Err(refused("in", at)),
        };
        let mut values = Vec::new();
        let mut tests = Vec::new();
        for other in &others {
            match self.listed(&item, other) {
                Some(value) => values.push(value),
                None => tests.push(self.compare(Comparison::Equal, &item, other, at)?),
            }
        }
        if let (Operand::Column(column, _), false) = (&item, values.is_empty()) {
            let marks = vec!["?"; values.len()].join(", ");
            let mut test = Sql::of(format!("{} IN ({marks})", column.text), &[column]);
            test.parameters.extend(values);
            tests.insert(0, test);
        }
        Ok(Sql::joined(&tests, "OR"))
    }

    /// The parameter that stands for the constant in `column IN (…)`; `None` when it needs a test of its own.
    fn listed(&self, item: &Operand, other: &Operand) -> Option<Value> {
        let (Operand::Column(_, kind), Operand::Constant(val)) = (item, other) else {
            return None;
        };
        match (kind, val) {
            (_, Val::Null) | (Type::Instant, Val::Date(_)) => None,
            (Type::Date, Val::Instant(moment)) => {
                Some(moment.date(&self.context.zone).ok()?.into())
            }
            (kind, Val::Number(number)) => match bound(Comparison::Equal, *number, kind.scale()?) {
                Bound::Value(_, value) => Some(value),
                Bound::Always(_) => None,
            },
            (kind, val) => val.to_storage(kind),
        }
    }
}

/// Column and parameter; only `!=` must mind nulls, for the others NULL is as good as false.
fn plain(comparison: Comparison, column: &Sql, value: Value) -> Sql {
    let parameter = Sql::parameter(value);
    let name = &column.text;
    match comparison {
        Comparison::Equal => Sql::of(format!("{name} = ?"), &[column, &parameter]),
        Comparison::Unequal => Sql::of(
            format!("({name} IS NULL OR {name} <> ?)"),
            &[column, column, &parameter],
        ),
        ordering => Sql::of(
            format!("{name} {} ?", ordering.sign()),
            &[column, &parameter],
        ),
    }
}

const fn exact_sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "IS NOT DISTINCT FROM",
        Comparison::Unequal => "IS DISTINCT FROM",
        ordering => ordering.sign(),
    }
}

/// The number in units of 10^-places and the comparison that is right for it.
fn bound(comparison: Comparison, number: Decimal, places: u32) -> Bound {
    let (floor, exact) = scaled(number, places);
    let above = floor > 0;
    let Ok(steps) = i64::try_from(floor) else {
        // Beyond every value a column can hold.
        return Bound::Always(match comparison {
            Comparison::Equal => false,
            Comparison::Unequal => true,
            Comparison::Less | Comparison::LessOrEqual => above,
            Comparison::Greater | Comparison::GreaterOrEqual => !above,
        });
    };
    let comparison = match comparison {
        exactly if exact => exactly,
        Comparison::Equal => return Bound::Always(false),
        Comparison::Unequal => return Bound::Always(true),
        Comparison::Less | Comparison::LessOrEqual => Comparison::LessOrEqual,
        Comparison::Greater | Comparison::GreaterOrEqual => Comparison::Greater,
    };
    Bound::Value(comparison, Value::Int(steps))
}

type Side<'s> = (&'s Sql, &'s Type);

/// Both columns in the finer of their units; `None` when they cannot be compared by the database.
fn same_units((left, left_kind): Side<'_>, (right, right_kind): Side<'_>) -> Option<(Sql, Sql)> {
    let (Some(left_scale), Some(right_scale)) = (left_kind.scale(), right_kind.scale()) else {
        let mixed = (left_kind == &Type::Instant) != (right_kind == &Type::Instant);
        return (!mixed).then(|| (left.clone(), right.clone()));
    };
    let finer = left_scale.max(right_scale);
    let raised = |sql: &Sql, scale: u32| match 10_i64.pow(finer - scale) {
        1 => sql.clone(),
        factor => Sql::of(format!("({} * {factor})", sql.text), &[sql]),
    };
    Some((raised(left, left_scale), raised(right, right_scale)))
}
