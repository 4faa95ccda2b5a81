//! Vectors for credit codes, taken from public tests of python-stdnum and Hutool.

use super::credit_code::{Verdict, check_character, normalise, verdict};

#[test]
fn public_vectors() {
    for (code, expected) in [
        ("91110000600037341L", Verdict::Sound),
        ("91310110666007217T", Verdict::Sound),
        ("91310115591693856A", Verdict::Sound),
        // Really issued by an early pilot region, and still against the rule.
        ("91350211M00013FA1N", Verdict::WrongCheckDigit),
        ("91440300MA5DA8QK3X", Verdict::WrongCheckDigit),
        ("91110000600037341X", Verdict::WrongCheckDigit),
        ("A1110000600037341L", Verdict::Malformed),
        ("12345", Verdict::Malformed),
        ("", Verdict::Malformed),
        ("9111000060003734OL", Verdict::Malformed),
    ] {
        assert_eq!(verdict(code), expected, "{code}");
    }
}

#[test]
fn spellings_become_one() {
    for spelling in [
        "  91110000600037341L  ",
        "91 110000 600037341L",
        "91-110000-600037341L",
        "９１１１００００６０００３７３４１Ｌ",
        "91110000600037341l",
    ] {
        assert_eq!(normalise(spelling), "91110000600037341L", "{spelling}");
    }
}

#[test]
fn any_single_changed_character_is_noticed() {
    let sound = "91310110666007217T";
    for at in 8..17 {
        let mut changed: Vec<char> = sound.chars().collect();
        changed[at] = if changed[at] == '7' { '8' } else { '7' };
        let changed: String = changed.into_iter().collect();
        assert_eq!(verdict(&changed), Verdict::WrongCheckDigit, "{changed}");
    }
    assert_eq!(check_character("9131011066600721é"), None);
}
