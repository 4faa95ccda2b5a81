//! What holds for every declared object, whoever declared it.

mod bad_input;
mod declared;
mod reading;
mod round_trip;

use declared::CHECKS;
use libtest_mimic::{Arguments, Failed, Trial};
use qudao_meta::{Catalog, Object};
use qudao_tests::{Checked, Place, sample::Samples};

/// A check of an object in the running product.
type Check = fn(&str, Place) -> Checked;

const LIVE: [(&str, Check); 3] = [
    ("round_trip", round_trip::round_trip),
    ("bad_input", bad_input::bad_input),
    ("reading", reading::reading),
];

/// Objects people make records of on their own.
fn is_made(object: &Object, samples: &Samples) -> bool {
    object.child_of.is_none() && samples.skipped(&object.name).is_none()
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
        for place in Place::all() {
            for (name, check) in LIVE {
                if name == "round_trip" && !is_made(object, samples) {
                    continue;
                }
                let (title, object) = (
                    format!("{}::{}::{name}", place.name(), object.name),
                    object.name.clone(),
                );
                trials.push(Trial::test(title, move || {
                    check(&object, place).map_err(Failed::from)
                }));
            }
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
