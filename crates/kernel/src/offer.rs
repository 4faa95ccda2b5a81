//! Which actions a record offers to an actor now, and whether a declared condition holds for it.

use qudao_base::Result;

use crate::{Cx, Record, model::Model, reach::SqlContext};

/// What an actor may do with a record now: names of actions, `update` and `delete` included.
pub fn offered(cx: &mut Cx<'_>, model: &Model, record: &Record) -> Result<Vec<String>> {
    let actor = cx.actor().clone();
    let access = cx.kernel().access(model, &actor);
    let state = record.state().unwrap_or_default();
    let mut names: Vec<String> = vec!["update".to_owned(), "delete".to_owned()];
    for action in &model.object.actions {
        let offered_here = !action.internal
            && (action.from.is_empty() || action.from.iter().any(|from| from == state));
        let offered_now = match &action.when {
            Some(condition) if offered_here => cx.holds(condition, record)?,
            _ => offered_here,
        };
        if offered_now {
            names.push(action.name.clone());
        }
    }
    names.retain(|name| access.may(name));
    let mut columns = Vec::new();
    let mut parameters = Vec::new();
    let mut is_asked = false;
    for name in &names {
        let rows = access.rows(name)?;
        is_asked |= !rows.is_all();
        columns.push(format!("CASE WHEN {} THEN 1 ELSE 0 END", rows.text));
        parameters.extend(rows.parameters);
    }
    if !is_asked {
        return Ok(names);
    }
    parameters.push(record.id.into());
    let sql = format!(
        "SELECT {} FROM {} t WHERE t.\"id\" = ?",
        columns.join(", "),
        model.table()
    );
    let Some(row) = cx.query(&sql, &parameters)?.pop() else {
        return Ok(Vec::new());
    };
    let mut offered = Vec::new();
    for (at, name) in names.into_iter().enumerate() {
        if row.int(at)? == 1 {
            offered.push(name);
        }
    }
    Ok(offered)
}

impl Cx<'_> {
    /// True when the declared condition holds for the record.
    pub(crate) fn holds(&mut self, condition: &str, record: &Record) -> Result<bool> {
        let actor = self.actor().clone();
        let context = SqlContext::of(self.kernel, &record.object, &actor);
        let rules = &self.kernel.rules;
        rules.holds(self, &context, condition, record)
    }
}
