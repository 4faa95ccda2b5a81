//! Automatic numbers that may have gaps: never twice, and none is lost to what was refused.

use std::{collections::BTreeSet, sync::Arc};

use qudao_base::{Id, Refusal, Result};
use qudao_kernel::{Kernel, Registry, typed_records};
use qudao_store::testing::TestDatabase;

use crate::{
    neighbours::neighbour_with,
    site::{Site, registry, writer},
};

const TICKETS: &str = r#"
name = "tickets"
label = { zh = "票务", en = "Tickets" }
"#;

const TICKET: &str = r#"
name = "ticket"
label = { zh = "票", en = "Ticket" }
number = "T{yyyy}-{000}"
title = "number"
[[field]]
name = "seat"
type = "integer"
label = { zh = "座", en = "Seat" }
"#;

typed_records! {
    /// A ticket.
    Ticket = "ticket" {
        number: String,
        seat: i64,
    }
}

fn with_tickets() -> Registry {
    let mut registry = registry();
    registry.pack(TICKETS, &[TICKET]).unwrap();
    registry
}

fn everywhere(test: impl Fn(&Site)) {
    for database in TestDatabase::all() {
        let site = Site::with(database, with_tickets());
        test(&site);
        site.verify();
    }
}

fn ticket(kernel: &Arc<Kernel>, seat: i64) -> Result<String> {
    kernel.write(&writer(), move |cx| {
        let made = cx.create(&Ticket {
            seat,
            ..Ticket::default()
        })?;
        if seat == 0 {
            return Err(Refusal::invalid("field.required").into());
        }
        Ok(made.number)
    })
}

#[test]
fn no_number_is_given_twice_whatever_the_process() {
    everywhere(|site| {
        let other = neighbour_with(site, with_tickets());
        let taken: Vec<String> = std::thread::scope(|scope| {
            let workers: Vec<_> = [&site.kernel, &other, &site.kernel, &other]
                .into_iter()
                .map(|kernel| {
                    scope.spawn(move || {
                        let tickets = (1..=30).map(|seat| ticket(kernel, seat).unwrap());
                        tickets.collect::<Vec<_>>()
                    })
                })
                .collect();
            let all = workers.into_iter().map(|worker| worker.join().unwrap());
            all.collect::<Vec<_>>().concat()
        });
        assert_eq!(taken.iter().collect::<BTreeSet<_>>().len(), 120);
    });
}

#[test]
fn what_was_refused_takes_no_number() {
    everywhere(|site| {
        for seat in 1..=60 {
            assert!(ticket(&site.kernel, 0).is_err());
            assert_eq!(
                ticket(&site.kernel, seat).unwrap(),
                format!("T2026-{seat:03}")
            );
        }
    });
}
