//! Runs `vectors.json`: every vector through the evaluator, and through SQL where it says so.

use crate::support::{Record, Schema, computed, context, kind, selects, table};
use qudao_expr::{Budget, ExpressionError, Type, check};
use serde_json::Value as Json;

struct Vectors {
    file: Json,
}

impl Vectors {
    fn read() -> Self {
        Self {
            file: serde_json::from_str(include_str!("../../vectors.json")).unwrap(),
        }
    }

    fn all(&self) -> &[Json] {
        self.file["vectors"].as_array().unwrap()
    }

    fn schema(&self, vector: &Json) -> Schema {
        Schema::from_json(&self.file["schemas"][vector["schema"].as_str().unwrap()])
    }

    fn record(&self, vector: &Json, schema: &Schema) -> Record {
        let data = match &vector["data"] {
            Json::String(name) => &self.file["data"][name],
            inline => inline,
        };
        Record::from_json(data, schema, "")
    }

    fn run(&self, vector: &Json) -> Result<Json, ExpressionError> {
        let schema = self.schema(vector);
        let record = self.record(vector, &schema);
        let expected = vector["type"].as_str().map(kind);
        let expression = check(
            vector["expression"].as_str().unwrap(),
            &schema,
            expected.as_ref(),
        )?;
        let context = context(&self.file["context"]);
        expression
            .evaluate(&record, &context, &mut Budget::default())
            .map(|val| val.to_json())
    }
}

#[test]
fn the_evaluator_agrees_with_every_vector() {
    let vectors = Vectors::read();
    assert!(vectors.all().len() >= 120);
    let wrong: Vec<_> = vectors
        .all()
        .iter()
        .filter_map(|vector| differs(&vectors, vector))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn differs(vectors: &Vectors, vector: &Json) -> Option<String> {
    let found = vectors.run(vector);
    let right = match (&found, vector["error"].as_str()) {
        (Ok(value), None) => *value == vector["value"],
        (Err(error), Some(code)) => {
            let span = vector
                .get("span")
                .is_none_or(|span| *span == serde_json::json!([error.span.start, error.span.end]));
            let arguments = vector["arguments"].as_object();
            let argument = |(name, value): (&String, &Json)| {
                error.arguments.get(name).map(String::as_str) == value.as_str()
            };
            error.code == code && span && arguments.is_none_or(|all| all.iter().all(argument))
        }
        _ => false,
    };
    (!right).then(|| format!("{}: {found:?}", vector["name"]))
}

#[test]
fn sql_agrees_with_the_evaluator() {
    let vectors = Vectors::read();
    let context = context(&vectors.file["context"]);
    let mut run = 0;
    for vector in vectors
        .all()
        .iter()
        .filter(|vector| vector.get("sql").is_some())
    {
        let name = vector["name"].as_str().unwrap();
        let schema = vectors.schema(vector);
        let record = vectors.record(vector, &schema);
        let expected = vector["type"].as_str().map(kind);
        let expression = check(
            vector["expression"].as_str().unwrap(),
            &schema,
            expected.as_ref(),
        )
        .unwrap();
        let sql = expression.to_sql(&schema, &context);
        if vector["sql"] == false {
            let constant = expression.paths().is_empty();
            assert!(
                constant
                    || sql
                        .as_ref()
                        .is_err_and(|error| error.code == "expression.not_in_sql"),
                "{name}: {sql:?}"
            );
            continue;
        }
        let sql = sql.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(
            sql.text.matches('?').count(),
            sql.parameters.len(),
            "{name}"
        );
        let database = table(&schema, &record);
        let val = expression
            .evaluate(&record, &context, &mut Budget::default())
            .unwrap();
        if *expression.kind() == Type::Boolean {
            assert_eq!(
                selects(&database, &sql),
                val.holds(),
                "{name}: {}",
                sql.text
            );
        } else {
            assert_eq!(
                computed(&database, &sql, &expression),
                val,
                "{name}: {}",
                sql.text
            );
        }
        run += 1;
    }
    assert!(run > 120, "{run}");
}

#[test]
fn bombs_end_quickly() {
    let vectors = Vectors::read();
    let slow = vectors.all().iter().filter(|vector| {
        let start = std::time::Instant::now();
        let _ = vectors.run(vector);
        start.elapsed() > std::time::Duration::from_secs(2)
    });
    let slow: Vec<_> = slow.map(|vector| &vector["name"]).collect();
    assert!(slow.is_empty(), "{slow:?}");
}
