//! Values on the wire to PostgreSQL and back.
//!
//! Keeps true: a value binds to whatever type the server expects in its place, or is refused, never changed; a sum of integers,
//! which the server makes a decimal, comes back as an integer; a fraction is refused.
//! Not here: which SQL is portable; see `sql`.

use std::error::Error;

use bytes::{BufMut, BytesMut};
use qudao_base::Value;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::Row;

type Failure = Box<dyn Error + Sync + Send>;

/// The base of a decimal's digits on the wire.
const DECIMAL_BASE: i128 = 10_000;

/// A parameter.
#[derive(Debug)]
pub(super) struct Bound<'a>(pub &'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match self.0 {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) => int_to_sql(*number, kind, out),
            Value::Text(text) if is_text(kind) => text.to_sql(kind, out),
            Value::Bytes(bytes) if *kind == Type::BYTEA => bytes.to_sql(kind, out),
            Value::Text(_) => Err(format!("a text where {kind} is wanted").into()),
            Value::Bytes(_) => Err(format!("bytes where {kind} is wanted").into()),
        }
    }

    /// Nothing fits any type; the rest is told by `to_sql`, which knows the value.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn int_to_sql(number: i64, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
    match *kind {
        Type::INT8 => number.to_sql(kind, out),
        Type::INT4 => i32::try_from(number)?.to_sql(kind, out),
        Type::INT2 => i16::try_from(number)?.to_sql(kind, out),
        Type::BOOL => (number != 0).to_sql(kind, out),
        Type::NUMERIC => {
            put_decimal(number, out);
            Ok(IsNull::No)
        }
        _ if is_text(kind) => number.to_string().to_sql(kind, out),
        _ => Err(format!("an integer where {kind} is wanted").into()),
    }
}

fn is_text(kind: &Type) -> bool {
    [
        Type::TEXT,
        Type::VARCHAR,
        Type::BPCHAR,
        Type::NAME,
        Type::UNKNOWN,
    ]
    .contains(kind)
}

/// A decimal on the wire: count of digits (base 10,000), exponent of the first, sign, digits behind the point, digits. From the
/// server's `numeric_send`.
fn put_decimal(number: i64, out: &mut BytesMut) {
    let mut rest = i128::from(number).unsigned_abs();
    let mut digits = Vec::new();
    while rest > 0 {
        digits.push((rest % DECIMAL_BASE as u128) as i16);
        rest /= DECIMAL_BASE as u128;
    }
    out.put_i16(digits.len() as i16);
    out.put_i16(digits.len().saturating_sub(1) as i16);
    out.put_u16(if number < 0 { 0x4000 } else { 0 });
    out.put_i16(0);
    digits.iter().rev().for_each(|digit| out.put_i16(*digit));
}

fn take_decimal(raw: &[u8]) -> Result<i64, Failure> {
    let mut words = raw
        .chunks_exact(2)
        .map(|pair| i16::from_be_bytes([pair[0], pair[1]]));
    let mut word = || words.next().ok_or("a decimal is cut short");
    let count = word()?;
    let weight = word()?;
    let sign = word()?;
    word()?;
    let mut number: i128 = 0;
    for index in 0..count.max(weight.saturating_add(1)) {
        let digit = if index < count {
            i128::from(word()?)
        } else {
            0
        };
        if index <= weight {
            number = number
                .checked_mul(DECIMAL_BASE)
                .and_then(|high| high.checked_add(digit))
                .ok_or("a decimal is too large")?;
        } else if digit != 0 {
            return Err("a fraction is no value".into());
        }
    }
    match sign {
        0 => Ok(i64::try_from(number)?),
        0x4000 => Ok(i64::try_from(-number)?),
        _ => Err("not a number is no value".into()),
    }
}

/// A column of an answer.
struct Decoded(Value);

impl<'a> FromSql<'a> for Decoded {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        Ok(Self(match *kind {
            Type::INT8 => Value::Int(i64::from_sql(kind, raw)?),
            Type::INT4 => Value::Int(i32::from_sql(kind, raw)?.into()),
            Type::INT2 => Value::Int(i16::from_sql(kind, raw)?.into()),
            Type::OID => Value::Int(u32::from_sql(kind, raw)?.into()),
            Type::BOOL => Value::Int(bool::from_sql(kind, raw)?.into()),
            Type::NUMERIC => Value::Int(take_decimal(raw)?),
            Type::BYTEA => Value::Bytes(raw.to_owned()),
            Type::VOID => Value::Null,
            _ => Value::Text(str::from_utf8(raw)?.to_owned()),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failure> {
        Ok(Self(Value::Null))
    }

    fn accepts(kind: &Type) -> bool {
        let others = [
            Type::INT8,
            Type::INT4,
            Type::INT2,
            Type::OID,
            Type::BOOL,
            Type::NUMERIC,
            Type::BYTEA,
        ];
        is_text(kind) || *kind == Type::VOID || others.contains(kind)
    }
}

/// The values of a row.
pub(super) fn decode(row: &tokio_postgres::Row) -> Result<Row, tokio_postgres::Error> {
    let values = (0..row.len()).map(|column| Ok(row.try_get::<_, Decoded>(column)?.0));
    Ok(Row::new(
        values.collect::<Result<_, tokio_postgres::Error>>()?,
    ))
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;

    use super::{put_decimal, take_decimal};

    #[test]
    fn decimals_go_there_and_back() {
        for number in [
            0,
            1,
            -1,
            9_999,
            10_000,
            10_001,
            -120_000_000,
            i64::MAX,
            i64::MIN,
        ] {
            let mut wire = BytesMut::new();
            put_decimal(number, &mut wire);
            assert_eq!(take_decimal(&wire).unwrap(), number);
        }
    }

    #[test]
    fn odd_decimals_are_refused() {
        let cases: [(&[i16], &str); 4] = [
            (&[1, -1, 0, 1, 5_000], "a half"),
            (&[0, 0, -0x4000, 0], "not a number"),
            (&[1, 5, 0, 0, 1], "10,000 to the fifth"),
            (&[2, 1, 0, 0, 1], "cut short"),
        ];
        for (words, what) in cases {
            let wire: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
            assert!(take_decimal(&wire).is_err(), "{what}");
        }
    }
}
