//! What a declaration alone must fulfil.

use std::collections::BTreeSet;

use qudao_meta::{Action, Catalog, Object, Text};

/// A check of one object: what is wrong.
pub type Check = fn(&Catalog, &Object) -> Vec<String>;

/// Checks by name.
pub const CHECKS: [(&str, Check); 7] = [
    ("labels", labels),
    ("states_are_reachable", states),
    ("actions_have_a_role", actions),
    ("fields_have_one_place", places),
    ("refusals_have_texts", refusals),
    ("lists_can_show_everything", whole_lists),
    ("names_serve_both_languages", names),
];

fn unsaid(place: &str, text: &Text) -> Option<String> {
    let empty = text.zh.trim().is_empty() || text.en.trim().is_empty();
    empty.then(|| format!("{place} lacks a text in one language"))
}

/// Everything a person reads is there in both languages.
fn labels(_: &Catalog, object: &Object) -> Vec<String> {
    let mut all = vec![("the object".to_owned(), &object.label)];
    for field in &object.fields {
        all.push((field.name.clone(), &field.label));
        let choices = field.choices.iter();
        all.extend(choices.map(|one| (format!("{} {}", field.name, one.value), &one.label)));
    }
    all.extend(
        object
            .states
            .iter()
            .map(|one| (one.name.clone(), &one.label)),
    );
    all.extend(
        object
            .actions
            .iter()
            .map(|one| (one.name.clone(), &one.label)),
    );
    all.extend(
        object
            .views
            .iter()
            .map(|one| (one.name.clone(), &one.label)),
    );
    all.extend(
        object
            .measures
            .iter()
            .map(|one| (one.name.clone(), &one.label)),
    );
    all.extend(
        object
            .sections
            .iter()
            .map(|one| ("a section".to_owned(), &one.label)),
    );
    all.extend(
        object
            .related
            .iter()
            .map(|one| (one.object.clone(), &one.label)),
    );
    all.into_iter()
        .filter_map(|(place, text)| unsaid(&place, text))
        .collect()
}

/// A state is the first, or some action leads to it, or a rule may (an action without a target).
fn states(_: &Catalog, object: &Object) -> Vec<String> {
    let by_rule = object.actions.iter().any(|action| action.to.is_none());
    let targets: BTreeSet<&str> = object
        .actions
        .iter()
        .filter_map(|one| one.to.as_deref())
        .collect();
    let others = object.states.iter().skip(1);
    others
        .filter(|state| !by_rule && !targets.contains(state.name.as_str()))
        .map(|state| format!("nothing leads to {}", state.name))
        .collect()
}

/// Some role may do what people can do.
fn actions(_: &Catalog, object: &Object) -> Vec<String> {
    let granted = |action: &&Action| {
        object
            .permissions
            .iter()
            .any(|one| one.actions.contains(&action.name))
    };
    let offered = object.actions.iter().filter(|action| !action.internal);
    offered
        .filter(|action| !granted(action))
        .map(|action| format!("no role may {}", action.name))
        .collect()
}

/// A form shows a field once.
fn places(_: &Catalog, object: &Object) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let fields = object.sections.iter().flat_map(|section| &section.fields);
    fields
        .filter(|field| !seen.insert(*field))
        .map(|field| format!("{field} stands twice"))
        .collect()
}

/// Codes of declared rules and constraints have texts.
fn refusals(catalog: &Catalog, object: &Object) -> Vec<String> {
    let rules = object.rules.iter().map(|rule| &rule.code);
    let codes = rules.chain(object.uniques.iter().map(|unique| &unique.code));
    codes
        .filter_map(|code| match catalog.refusals.get(code) {
            Some(text) => unsaid(code, text),
            None => Some(format!("{code} has no texts")),
        })
        .collect()
}

/// What leads to the records behind a figure opens a view that leaves none out, whoever asks.
fn whole_lists(_: &Catalog, object: &Object) -> Vec<String> {
    let mut views = object.views.iter();
    let is_whole = views.any(|view| view.filter.is_empty() && view.roles.is_empty());
    (!is_whole)
        .then(|| "every view leaves records out".to_owned())
        .into_iter()
        .collect()
}

/// A name with an English one beside it is listed in the reader's language: what one can be asked for, the other can.
fn names(_: &Catalog, object: &Object) -> Vec<String> {
    let asked = |name: &str| {
        let mut fields = object.fields.iter();
        let field = fields.find(|field| field.name == name)?;
        Some((field.filter, field.search))
    };
    let pair = asked("name").zip(asked("name_en"));
    pair.filter(|(chinese, english)| chinese != english)
        .map(|_| "name and name_en are not filtered and searched alike".to_owned())
        .into_iter()
        .collect()
}
