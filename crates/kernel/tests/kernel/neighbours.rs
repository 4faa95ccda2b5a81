//! Two processes on one database: ids, settings, changes and the seal.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use qudao_base::Id;
use qudao_kernel::{Kernel, Registry};
use serde_json::json;

use crate::site::{Site, everywhere, everywhere_unproved, id_of, options, registry, writer};

/// Another process on the database of the site; on SQLite only one of them writes at a time.
pub fn neighbour(site: &Site) -> Arc<Kernel> {
    neighbour_with(site, registry())
}

/// The same with other declarations.
pub fn neighbour_with(site: &Site, registry: Registry) -> Arc<Kernel> {
    let store = site.database().open().unwrap();
    Kernel::start(store, registry, site.clock.clone(), options()).unwrap()
}

fn node_of(kernel: &Arc<Kernel>) -> i64 {
    let id: Id = kernel.read(&writer(), |cx| Ok(cx.new_id())).unwrap();
    (id.number() >> 12) & 1023
}

#[test]
fn no_two_processes_have_the_same_number() {
    everywhere(|site| {
        let first = node_of(&site.kernel);
        let second = neighbour(site);
        let third = neighbour(site);
        let numbers = [first, node_of(&second), node_of(&third)];
        assert!(
            numbers[0] != numbers[1] && numbers[1] != numbers[2] && numbers[0] != numbers[2],
            "{numbers:?}"
        );
        second.leave().unwrap();
        assert_eq!(node_of(&neighbour(site)), numbers[1], "given back");
        // Nobody renews for two minutes: the number is free again, and who had it takes another when it wakes up.
        site.clock.set(site.clock_now().plus_seconds(120));
        let taker = neighbour(site);
        assert_eq!(node_of(&taker), first);
        site.kernel.keep_in_touch().unwrap();
        assert_ne!(node_of(&site.kernel), first);
    });
}

#[test]
fn a_setting_changed_elsewhere_counts_at_once() {
    everywhere(|site| {
        let other = neighbour(site);
        other.change_setting(&writer(), "plain.days", "33").unwrap();
        let seen = site
            .kernel
            .read(&writer(), |cx| cx.setting_integer("plain.days"))
            .unwrap();
        assert_eq!(seen, 33);
    });
}

#[test]
fn a_setting_edited_behind_the_log_is_found() {
    everywhere_unproved(|site| {
        site.kernel
            .change_setting(&writer(), "plain.days", "33")
            .unwrap();
        assert!(site.kernel.verify(None).unwrap().broken.is_empty());
        site.kernel
            .store
            .write(|tx| {
                tx.execute(
                    "UPDATE setting_value SET value = '34' WHERE name = 'plain.days'",
                    &[],
                )
            })
            .unwrap();
        let broken = site.kernel.verify(None).unwrap().broken;
        assert!(
            broken.iter().any(|one| one.contains("plain.days")),
            "{broken:?}"
        );
    });
}

#[test]
fn changes_made_elsewhere_are_heard() {
    everywhere(|site| {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let list = Arc::clone(&heard);
        site.kernel.listen(move |changes| {
            let mut list = list.lock().unwrap();
            list.extend(changes.iter().map(|change| change.object.clone()));
        });
        site.kernel.keep_in_touch().unwrap();
        assert!(heard.lock().unwrap().is_empty());
        let other = neighbour(site);
        let reply = other
            .submit(
                &writer(),
                None,
                crate::site::create("note", json!({ "title": "elsewhere" })),
            )
            .unwrap();
        assert_ne!(id_of(&reply), Id::default());
        // However late: a transaction may take longer than its neighbours are patient.
        site.clock.advance_seconds(60);
        other.seal().unwrap();
        site.kernel.keep_in_touch().unwrap();
        assert!(heard.lock().unwrap().contains(&"note".to_owned()));
        heard.lock().unwrap().clear();
        site.kernel.keep_in_touch().unwrap();
        assert!(heard.lock().unwrap().is_empty(), "heard twice");
    });
}

#[test]
fn many_seal_at_once() {
    everywhere(|site| {
        let failures = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for number in 0..4 {
                let failures = &failures;
                scope.spawn(move || {
                    for round in 0..10 {
                        site.note(&format!("{number} {round}"));
                        if site.kernel.seal().is_err() {
                            failures.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        assert_eq!(failures.load(Ordering::Relaxed), 0);
    });
}
