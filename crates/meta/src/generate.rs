//! Typed records in Rust, written from declarations so that rules are checked by the compiler.
//!
//! Keeps true: the text depends on the declarations alone, so freshness is a comparison.
//! Not here: reading and writing files (the task runner does that).

use std::{collections::BTreeSet, fmt::Write};

use crate::{Catalog, Field, FieldType, Object};

/// `records.rs` of one pack.
pub fn records(catalog: &Catalog, pack: &str) -> String {
    let objects = || {
        let objects = catalog.objects().iter();
        objects.filter(|object| object.pack == pack)
    };
    let used: BTreeSet<&str> = objects()
        .flat_map(|object| &object.fields)
        .map(rust_type)
        .filter(|name| BASE_TYPES.contains(name))
        .chain(["Id"])
        .collect();
    let used: Vec<&str> = used.into_iter().collect();
    let mut out = format!(
        "//! Typed records of the pack `{pack}`, generated from its declarations. Do not edit: `cargo xtask gen` writes this file.\n\n\
         use qudao_base::{{{}}};\n\
         use qudao_kernel::typed_records;\n\n\
         typed_records! {{\n",
        used.join(", ")
    );
    for object in objects() {
        record(&mut out, object);
    }
    out.push_str("}\n");
    out
}

/// Types of fields that live in the base crate.
const BASE_TYPES: [&str; 6] = ["Date", "Id", "Instant", "Money", "Percent", "Quantity"];

fn record(out: &mut String, object: &Object) {
    let _ = writeln!(out, "    /// {} {}.", object.label.zh, object.label.en);
    let _ = writeln!(out, "    {} = \"{}\" {{", pascal(&object.name), object.name);
    for field in &object.fields {
        let kind = rust_type(field);
        let bare = field.required
            || matches!(
                field.name.as_str(),
                "state" | "number" | "created_at" | "updated_at"
            );
        let kind = if bare {
            kind.to_owned()
        } else {
            format!("Option<{kind}>")
        };
        let _ = writeln!(out, "        /// {} {}.", field.label.zh, field.label.en);
        let _ = writeln!(out, "        {}: {kind},", field.name);
    }
    out.push_str("    }\n");
}

fn rust_type(field: &Field) -> &'static str {
    match field.kind {
        FieldType::Integer | FieldType::Degrees => "i64",
        FieldType::Money => "Money",
        FieldType::Quantity | FieldType::Decimal => "Quantity",
        FieldType::Percent => "Percent",
        FieldType::Date => "Date",
        FieldType::Instant => "Instant",
        FieldType::Boolean => "bool",
        FieldType::Link | FieldType::Organisation => "Id",
        FieldType::Json => "serde_json::Value",
        _ => "String",
    }
}

/// `user_role` to `UserRole`.
pub fn pascal(name: &str) -> String {
    name.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(letters).collect()
            })
        })
        .collect()
}
