//! What holds for every declared object, whoever declared it.

mod bad_input;
mod declared;
mod reading;
mod round_trip;

use declared::CHECKS;
use libtest_mimic::{Arguments, Failed, Trial};
use qudao_meta::{Catalog, Object};
use qudao_tests::{Checked, Place, TestApp, sample::Samples};

/// A check of an object in the running product.
type Check = fn(&TestApp, &Object) -> Checked;

const LIVE: [(&str, Check); 3] = [
    ("round_trip", round_trip::round_trip),
    ("bad_input", bad_input::bad_input),
    ("reading", reading::reading),
];

/// Holds every office role.
const EVERYTHING: &str = "everything";
/// Holds none.
const STRANGER: &str = "stranger";

/// Names of the office roles; somebody of that sign-in name holds each.
fn office(app: &TestApp) -> Vec<&str> {
    let roles = app.kernel.catalog.roles.iter();
    roles
        .filter(|role| role.door == "office")
        .map(|role| role.name.as_str())
        .collect()
}

/// One check on all objects of a pack, in one product: starting one costs more than most checks.
fn live(pack: &str, check: Check, place: Place) -> Checked {
    let app = TestApp::start(place)?;
    for role in office(&app) {
        app.add_user(role, &[role], None)?;
    }
    app.add_user(EVERYTHING, &office(&app), None)?;
    app.add_user(STRANGER, &[], None)?;
    let objects = app.kernel.catalog.objects().iter();
    let problems: Vec<String> = objects
        .filter(|object| object.pack == pack)
        .filter_map(|object| {
            let error = check(&app, object).err()?;
            Some(format!("{}: {error}", object.name))
        })
        .collect();
    if problems.is_empty() {
        app.verify()
    } else {
        Err(problems.join("\n"))
    }
}

fn catalog() -> Checked<Catalog> {
    let mut registry = qudao_kernel::Registry::default();
    qudao_packs::register(&mut registry).map_err(|stop| stop.to_string())?;
    registry.catalog().map_err(|stop| stop.to_string())
}

fn trials(catalog: &Catalog, samples: &Samples) -> Vec<Trial> {
    let mut trials = Vec::new();
    for object in catalog.objects() {
        for (name, check) in CHECKS {
            let problems = check(catalog, object);
            let name = format!("{}::{name}", object.name);
            trials.push(Trial::test(name, move || match problems.as_slice() {
                [] => Ok(()),
                all => Err(Failed::from(all.join("\n"))),
            }));
        }
    }
    for (pack, place) in catalog
        .packs
        .iter()
        .flat_map(|pack| Place::all().into_iter().map(move |place| (pack, place)))
    {
        for (name, check) in LIVE {
            let (title, pack) = (format!("{}::{pack}::{name}", place.name()), pack.clone());
            trials.push(Trial::test(title, move || {
                live(&pack, check, place).map_err(Failed::from)
            }));
        }
    }
    for place in Place::all() {
        trials.push(Trial::test(
            format!("{}::dashboards", place.name()),
            move || reading::dashboards(place).map_err(Failed::from),
        ));
    }
    let left: Vec<String> = samples
        .names()
        .filter(|name| catalog.object(name).is_none())
        .cloned()
        .collect();
    trials.push(Trial::test("samples_are_of_declared_objects", move || {
        if left.is_empty() {
            Ok(())
        } else {
            Err(Failed::from(left.join(", ")))
        }
    }));
    trials
}

fn main() {
    let arguments = Arguments::from_args();
    let found = catalog().and_then(|catalog| Ok((catalog, Samples::read()?)));
    let trials = match found {
        Ok((catalog, samples)) => trials(&catalog, &samples),
        Err(error) => vec![Trial::test("declarations can be read", move || {
            Err(Failed::from(error))
        })],
    };
    libtest_mimic::run(&arguments, trials).exit();
}
