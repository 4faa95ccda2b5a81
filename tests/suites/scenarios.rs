//! Every scenario beside the declarations, on every database there is.

use libtest_mimic::{Arguments, Failed, Trial};
use qudao_tests::{Case, Place, cases, run};

fn trial(case: &Case, place: Place) -> Trial {
    let case = case.clone();
    Trial::test(format!("{}::{}", place.name(), case.name), move || {
        run(&case, place).map_err(Failed::from)
    })
}

fn main() {
    let arguments = Arguments::from_args();
    let trials = match cases() {
        Ok(cases) => Place::all()
            .into_iter()
            .flat_map(|place| {
                cases
                    .iter()
                    .map(move |case| trial(case, place))
                    .collect::<Vec<_>>()
            })
            .collect(),
        // A feature that cannot be read is a test that fails, not a list of tests that is short.
        Err(error) => vec![Trial::test("features can be read", move || {
            Err(Failed::from(error))
        })],
    };
    libtest_mimic::run(&arguments, trials).exit();
}
