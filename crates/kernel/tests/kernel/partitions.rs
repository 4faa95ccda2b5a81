//! The kernel's tables that only grow are kept in parts by month on PostgreSQL, and nobody notices.

use qudao_base::Actor;
use qudao_store::{Query, testing::TestDatabase};
use serde_json::json;

use crate::{
    neighbours::neighbour,
    site::{Site, everywhere, on, registry, writer},
};

/// Those in parts.
const TABLES: [&str; 3] = ["action_log", "decision", "ledger_movement"];

fn on_postgres(test: impl Fn(&Site)) {
    if let Some(database) = TestDatabase::postgres() {
        let site = Site::with(database, registry());
        test(&site);
        site.verify();
    }
}

fn texts(site: &Site, sql: &str) -> Vec<String> {
    let rows = site.kernel.store.read(|reader| reader.query(sql, &[]));
    rows.unwrap()
        .iter()
        .map(|row| row.text(0).unwrap().to_owned())
        .collect()
}

fn parts(site: &Site, table: &str) -> Vec<String> {
    let sql = format!(
        "SELECT CAST(c.relname AS TEXT) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid \
         WHERE i.inhparent = to_regclass('{table}') ORDER BY 1"
    );
    texts(site, &sql)
}

/// Which parts hold rows.
fn places(site: &Site, table: &str) -> Vec<String> {
    let sql =
        format!("SELECT DISTINCT CAST(CAST(tableoid AS regclass) AS TEXT) FROM {table} ORDER BY 1");
    texts(site, &sql)
}

fn expected(table: &str, months: &[&str]) -> Vec<String> {
    let parts = months.iter().chain(&["rest"]);
    parts.map(|part| format!("{table}_{part}")).collect()
}

fn stocked_note(site: &Site) -> qudao_base::Id {
    let id = site.note("a");
    site.act(&writer(), on("note", id, "stock_up", json!({})))
        .unwrap();
    id
}

#[test]
fn rows_lie_in_their_months_from_the_first_on() {
    on_postgres(|site| {
        stocked_note(site);
        let first = ["2026_03", "2026_04", "2026_05", "2026_06"];
        for table in TABLES {
            assert_eq!(parts(site, table), expected(table, &first));
            assert_eq!(places(site, table), [format!("{table}_2026_03")]);
        }
        // Two processes look, a month later.
        let other = neighbour(site);
        site.kernel.run_workers().unwrap();
        site.clock.set("2026-04-01T00:00:00Z".parse().unwrap());
        std::thread::scope(|scope| {
            for kernel in [&site.kernel, &other] {
                scope.spawn(|| kernel.run_workers().unwrap());
            }
        });
        let id = stocked_note(site);
        for table in TABLES {
            let months = [&first[..], &["2026_07"]].concat();
            assert_eq!(parts(site, table), expected(table, &months));
            let places = places(site, table);
            assert_eq!(
                places,
                ["03", "04"].map(|month| format!("{table}_2026_{month}"))
            );
        }
        let timeline = site.kernel.read(&writer(), move |cx| {
            qudao_kernel::timeline::timeline(cx, "note", id)
        });
        assert_eq!(timeline.unwrap()["entries"].as_array().unwrap().len(), 2);
    });
}

#[test]
fn a_site_that_slept_for_years_goes_on() {
    everywhere(|site| {
        stocked_note(site);
        site.verify();
        site.clock.set("2028-12-30T00:00:00Z".parse().unwrap());
        let id = stocked_note(site);
        site.kernel.run_workers().unwrap();
        site.clock.set("2029-01-01T00:00:00Z".parse().unwrap());
        site.act(&writer(), on("note", id, "stock_up", json!({})))
            .unwrap();
        let postgres = site.kernel.store.dialect() == qudao_store::Dialect::Postgres;
        if postgres {
            for table in TABLES {
                let places = places(site, table);
                assert_eq!(
                    places,
                    ["2026_03", "2029_01", "rest"].map(|part| format!("{table}_{part}"))
                );
            }
        }
        let failed = site.kernel.read(&Actor::system(), |cx| {
            cx.query("SELECT name FROM job WHERE failures > 0", &[])
        });
        assert_eq!(failed.unwrap().len(), 0);
    });
}

#[test]
fn nothing_of_a_record_is_sorted_to_find_its_newest() {
    on_postgres(|site| {
        let notes: Vec<_> = (0..20).map(|_| stocked_note(site)).collect();
        for &note in notes.iter().cycle().take(180) {
            site.act(&writer(), on("note", note, "stock_up", json!({})))
                .unwrap();
        }
        let id = notes[7];
        let counted = site.kernel.store.write(|transaction| {
            transaction.execute(
                "ANALYZE action_log_2026_03, decision_2026_03, ledger_movement_2026_03",
                &[],
            )
        });
        counted.unwrap();
        for table in TABLES {
            let plan = texts(
                site,
                &format!(
                    "EXPLAIN (COSTS OFF) SELECT * FROM {table} WHERE object = 'note' AND record_id = {id} \
                     ORDER BY id DESC LIMIT 1"
                ),
            );
            let found: Vec<&String> = plan.iter().filter(|line| line.contains(" Scan ")).collect();
            assert_eq!(found.len(), 5, "all parts: {plan:#?}");
            assert!(
                found
                    .iter()
                    .all(|line| line.contains("_object_record_id_id_idx")),
                "found in order in each part: {plan:#?}"
            );
            assert!(
                plan.iter().any(|line| line.contains("Merge Append")),
                "{plan:#?}"
            );
        }
    });
}

#[test]
fn a_second_start_finds_nothing_to_change() {
    everywhere(|site| {
        stocked_note(site);
        let declared = qudao_kernel::schema_of(&registry()).unwrap();
        let applied = site.kernel.store.schema().unwrap();
        assert_eq!(qudao_store::schema::diff(&applied, &declared), []);
        assert_eq!(site.kernel.store.migrate(&declared).unwrap(), []);
        neighbour(site).verify(None).unwrap();
    });
}

#[test]
fn a_site_from_before_stays_whole() {
    for database in TestDatabase::all() {
        let mut before = qudao_kernel::schema_of(&registry()).unwrap();
        for table in &mut before.tables {
            table.partitioned = false;
        }
        let store = database.open().unwrap();
        store.migrate(&before).unwrap();
        store.close();
        let site = Site::with(database, registry());
        stocked_note(&site);
        assert_eq!(site.kernel.store.schema().unwrap(), before);
        if site.kernel.store.dialect() == qudao_store::Dialect::Postgres {
            assert_eq!(parts(&site, "action_log"), Vec::<String>::new());
        }
        site.verify();
    }
}
