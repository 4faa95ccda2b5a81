//! A declaration completed: the fields the kernel keeps, links to the organisation, and a layout where none is declared.
//!
//! Keeps true: what comes after sees one form of object, however little its declaration says.
//! Not here: whether the declaration makes sense (`check`).

use crate::{Choice, Field, FieldType, Object, Section, State, Text, View};

/// Fields a plain view shows.
const PLAIN_COLUMNS: usize = 6;

impl Object {
    /// Adds the fields the kernel keeps, resolves the neutral word `organisation`, fills defaults of layout.
    pub(crate) fn complete(&mut self, pack: &str, organisation: &str) {
        pack.clone_into(&mut self.pack);
        for field in &mut self.fields {
            if field.kind == FieldType::Organisation {
                field.kind = FieldType::Link;
                field.to = Some(organisation.to_owned());
            }
        }
        let declared: Vec<String> = self.fields.iter().map(|field| field.name.clone()).collect();
        self.fields.splice(0..0, self.kept_in_front());
        self.fields.extend(kept_at_the_end(self.child_of.is_none()));
        if self.title.is_empty() {
            self.title = self.plain_title(&declared);
        }
        if self.views.is_empty() {
            self.views.push(self.plain_view(&declared));
        }
        if self.sections.is_empty() {
            self.sections.push(Section {
                label: self.label.clone(),
                fields: declared,
            });
        }
    }

    /// Number and state, where there are such.
    fn kept_in_front(&self) -> Vec<Field> {
        let mut front = Vec::new();
        if self.number.is_some() {
            let mut number = Field::kept("number", FieldType::Text, "编号", "Number");
            (number.unique, number.filter, number.search) = (true, true, true);
            front.push(number);
        }
        if !self.states.is_empty() {
            let mut state = Field::kept("state", FieldType::Choice, "状态", "State");
            state.filter = true;
            let choice = |state: &State| Choice {
                value: state.name.clone(),
                label: state.label.clone(),
                color: state.color.clone(),
            };
            state.choices = self.states.iter().map(choice).collect();
            front.push(state);
        }
        front
    }

    fn plain_title(&self, declared: &[String]) -> String {
        if self.number.is_some() {
            return "number".to_owned();
        }
        let first = declared.first().map_or("created_at", String::as_str);
        first.to_owned()
    }

    fn plain_view(&self, declared: &[String]) -> View {
        let number = self.number.is_some().then_some("number");
        let state = (!self.states.is_empty()).then_some("state");
        let fields = declared.iter().map(String::as_str).take(PLAIN_COLUMNS);
        let columns = number.into_iter().chain(fields).chain(state);
        View {
            name: "all".to_owned(),
            label: Text::new("全部", "All"),
            kind: None,
            columns: columns.map(ToOwned::to_owned).collect(),
            filter: String::new(),
            sort: "-created_at".to_owned(),
            roles: Vec::new(),
        }
    }
}

/// Lines are listed with the record they belong to, so only `listed` objects pay for an index that every change moves.
fn kept_at_the_end(listed: bool) -> [Field; 4] {
    let mut created_at = Field::kept("created_at", FieldType::Instant, "创建时间", "Created at");
    created_at.filter = true;
    let mut updated_at = Field::kept("updated_at", FieldType::Instant, "更新时间", "Updated at");
    updated_at.filter = listed;
    let by = |name, zh, en| {
        let mut by = Field::kept(name, FieldType::Link, zh, en);
        by.to = Some("user".to_owned());
        by
    };
    let created_by = by("created_by", "创建人", "Created by");
    let updated_by = by("updated_by", "更新人", "Updated by");
    [created_at, created_by, updated_at, updated_by]
}
