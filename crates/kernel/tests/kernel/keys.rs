//! The site's key: without the right one a site does not start; a lost one is replaced on purpose.

use qudao_kernel::{Kernel, SiteKey, SiteOptions, is_sealed};
use serde_json::json;

use crate::site::{Site, everywhere_unproved, options, registry, writer};

fn start(site: &Site, options: SiteOptions) -> qudao_base::Result<std::sync::Arc<Kernel>> {
    let store = site.database().open().unwrap();
    Kernel::start(store, registry(), site.clock.clone(), options)
}

fn other_key() -> SiteOptions {
    SiteOptions::standard(SiteKey::new([8; 32]).unwrap())
}

#[test]
fn a_site_does_not_start_with_another_key() {
    everywhere_unproved(|site| {
        assert!(is_sealed(&site.kernel.store).unwrap());
        let refused = start(site, other_key()).unwrap_err().to_string();
        assert!(refused.contains("renew"), "{refused}");
        start(site, options()).unwrap();
        site.verify();
    });
}

#[test]
fn a_lost_key_is_replaced_and_the_old_blocks_still_hold() {
    everywhere_unproved(|site| {
        site.note("old");
        site.kernel.seal().unwrap();
        site.note("not sealed yet");
        let renewed = start(
            site,
            SiteOptions {
                renews_key: true,
                ..other_key()
            },
        )
        .unwrap();
        assert_eq!(renewed.verify(None).unwrap().broken, [""; 0]);
        renewed
            .submit(
                &writer(),
                None,
                crate::site::create("note", json!({ "title": "new" })),
            )
            .unwrap();
        let report = renewed.verify(None).unwrap();
        assert_eq!((report.broken, report.blocks), (Vec::new(), 3));
        assert!(start(site, options()).is_err());
        // Who runs on with the lost key seals nothing more.
        let told = site.kernel.seal().unwrap_err().to_string();
        assert!(told.contains("renewed"), "{told}");
    });
}

#[test]
fn a_key_is_64_digits_and_never_printed() {
    let text = "07".repeat(32);
    let key = SiteKey::from_text(&format!("{text}\n")).unwrap();
    assert!(!format!("{key:?}").contains(&text));
    for wrong in ["", "07", "zz", &"07".repeat(33), &"é7".repeat(32)] {
        assert!(SiteKey::from_text(wrong).is_err(), "{wrong}");
    }
}
