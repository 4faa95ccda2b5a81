//! Recurring work and announcements.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use qudao_kernel::{Cx, Kernel};
use qudao_store::testing::TestDatabase;

use crate::site::{Note, Site, everywhere, registry};

fn add_note(cx: &mut Cx<'_>) -> qudao_base::Result<()> {
    cx.create(&Note {
        title: "by job".to_owned(),
        ..Note::default()
    })
    .map(drop)
}

fn fail(cx: &mut Cx<'_>) -> qudao_base::Result<()> {
    add_note(cx)?;
    Err(qudao_base::Fault::new("it broke").into())
}

fn notes(site: &Site) -> usize {
    site.system(|cx| cx.find::<Note>("1 = 1", &[]))
        .unwrap()
        .len()
}

#[test]
fn a_job_runs_once_per_period_however_many_look() {
    for database in TestDatabase::all() {
        let mut registry = registry();
        registry.every("add", 60, add_note);
        let site = Site::with(database, registry);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| site.kernel.run_due().unwrap());
            }
        });
        assert_eq!(notes(&site), 1);
        site.kernel.run_due().unwrap();
        assert_eq!(notes(&site), 1);
        site.clock.advance_seconds(60);
        site.kernel.run_due().unwrap();
        assert_eq!(notes(&site), 2);
        site.verify();
    }
}

#[test]
fn a_failing_job_keeps_nothing_waits_longer_each_time_and_holds_up_nobody() {
    for database in TestDatabase::all() {
        let mut registry = registry();
        registry.every("fail", 60, fail);
        registry.every("add", 60, add_note);
        let site = Site::with(database, registry);
        site.kernel.run_due().unwrap();
        assert_eq!(notes(&site), 1);
        let told = || {
            let sql = "SELECT failures, last_error FROM job WHERE name = 'fail'";
            let rows = site.system(move |cx| cx.query(sql, &[])).unwrap();
            assert!(rows[0].text(1).unwrap().contains("it broke"));
            rows[0].int(0).unwrap()
        };
        assert_eq!(told(), 1);
        for (seconds, failures) in [(9, 1), (1, 2), (19, 2), (1, 3), (39, 3), (1, 4)] {
            site.clock.advance_seconds(seconds);
            site.kernel.run_due().unwrap();
            assert_eq!(told(), failures);
        }
        site.verify();
    }
}

static TOLD_TO_FAIL: AtomicUsize = AtomicUsize::new(0);

fn fail_twice(_: &Arc<Kernel>) -> qudao_base::Result<()> {
    match TOLD_TO_FAIL.fetch_add(1, Ordering::SeqCst) % 3 {
        0 => Err(qudao_base::Fault::new("it broke").into()),
        1 => panic!("it broke"),
        _ => Ok(()),
    }
}

#[test]
fn a_failing_worker_waits_longer_each_time_until_it_does_well_and_a_panic_is_a_failure() {
    for database in TestDatabase::all() {
        let mut registry = registry();
        registry.worker("fail", 2, fail_twice);
        let site = Site::with(database, registry);
        let told = || {
            let sql = "SELECT failures, last_error, done_at FROM job WHERE name = 'fail'";
            let rows = site.system(move |cx| cx.query(sql, &[])).unwrap();
            (
                rows[0].int(0).unwrap(),
                rows[0].text(1).ok().map(str::to_owned),
                rows[0].int(2).is_ok(),
            )
        };
        site.kernel.run_workers().unwrap();
        assert_eq!((told().0, told().2), (1, false), "done is what went well");
        for (seconds, failures) in [(9, 1), (1, 2), (19, 2)] {
            site.clock.advance_seconds(seconds);
            site.kernel.run_workers().unwrap();
            assert_eq!(told().0, failures);
            assert!(told().1.unwrap().contains("it broke"));
        }
        site.clock.advance_seconds(1);
        site.kernel.run_workers().unwrap();
        assert_eq!(told(), (0, None, true));
        site.verify();
    }
}

#[test]
fn what_is_committed_is_announced_and_what_is_refused_is_not() {
    everywhere(|site| {
        let heard = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&heard);
        site.kernel.listen(move |changes| {
            counter.fetch_add(changes.len(), Ordering::SeqCst);
        });
        site.note("a");
        assert_eq!(heard.load(Ordering::SeqCst), 1);
        assert!(
            site.create(&crate::site::writer(), "note", serde_json::json!({}))
                .is_err()
        );
        assert_eq!(heard.load(Ordering::SeqCst), 1);
    });
}
