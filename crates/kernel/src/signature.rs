//! Signatures of messages between systems, after Standard Webhooks: HMAC-SHA256 over `id.timestamp.body` with a secret both sides know.
//!
//! Keeps true: a signature is compared in constant time; a message older or newer than five minutes is refused; with two secrets in
//! force, as while one is replaced, a message signed with either is good.
//! Not here: where secrets are kept (`signing_secret`), and that a message counts once (`receive`).

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use qudao_base::{Instant, Refusal, RefusalClass, Result};
use sha2::Sha256;

/// How far the time of a message may be from ours, in seconds, either way.
pub const TOLERANCE_SECONDS: i64 = 300;
/// What a secret begins with when it is shown.
pub const SECRET_PREFIX: &str = "whsec_";
const VERSION: &str = "v1";

/// The three headers of a signed message, as they came.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// `webhook-id`: the same however often the message is sent.
    pub id: &'a str,
    /// `webhook-timestamp`: when this attempt was made, in seconds since 1970.
    pub timestamp: &'a str,
    /// `webhook-signature`: `v1,<base64>`, several apart by spaces.
    pub signatures: &'a str,
}

fn mac(secret: &[u8], id: &str, timestamp: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    Some(mac)
}

/// The value of `webhook-signature`: one signature for each secret, newest first.
pub fn sign(secrets: &[Vec<u8>], id: &str, at: Instant, body: &[u8]) -> String {
    let timestamp = seconds(at).to_string();
    let one = |secret: &Vec<u8>| {
        let mac = mac(secret, id, &timestamp, body)?;
        let code = STANDARD.encode(mac.finalize().into_bytes());
        Some(format!("{VERSION},{code}"))
    };
    let all: Vec<String> = secrets.iter().filter_map(one).collect();
    all.join(" ")
}

/// Whole seconds since 1970, as in `webhook-timestamp`.
pub const fn seconds(at: Instant) -> i64 {
    at.micros().div_euclid(1_000_000)
}

/// Checks a message.
///
/// # Errors
/// Unauthenticated: `webhook.too_old` when its time is not ours, `webhook.signature` when no secret made it.
pub fn check(secrets: &[Vec<u8>], signed: &Signed<'_>, body: &[u8], now: Instant) -> Result<()> {
    let refused = |code| Refusal::new(RefusalClass::Unauthenticated, code);
    let sent = signed.timestamp.parse::<i64>();
    let sent = sent.map_err(|_| refused("webhook.too_old").on("webhook-timestamp"))?;
    if sent.abs_diff(seconds(now)) > TOLERANCE_SECONDS.unsigned_abs() {
        return Err(refused("webhook.too_old").on("webhook-timestamp").into());
    }
    let given = signed.signatures.split(' ').filter_map(|one| {
        let (version, code) = one.split_once(',')?;
        (version == VERSION).then(|| STANDARD.decode(code).ok())?
    });
    for code in given {
        for secret in secrets {
            let fits = mac(secret, signed.id, signed.timestamp, body)
                .is_some_and(|mac| mac.verify_slice(&code).is_ok());
            if fits {
                return Ok(());
            }
        }
    }
    Err(refused("webhook.signature").on("webhook-signature").into())
}

/// A secret as it is shown: its bytes in base64 behind the prefix.
pub(crate) fn shown(secret: &[u8]) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(secret))
}

/// The bytes of a secret as it is shown; none when it is not one.
pub fn bytes_of(shown: &str) -> Option<Vec<u8>> {
    STANDARD.decode(shown.strip_prefix(SECRET_PREFIX)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification (standard-webhooks, libraries/python tests).
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const SENT: i64 = 1_614_265_330;
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn at(seconds: i64) -> Instant {
        Instant::from_micros(seconds * 1_000_000)
    }

    fn code(signatures: &str, body: &[u8], now: i64) -> Option<String> {
        let signed = Signed {
            id: ID,
            timestamp: &SENT.to_string(),
            signatures,
        };
        let secrets = [vec![1, 2, 3], bytes_of(SECRET).unwrap()];
        match check(&secrets, &signed, body, at(now)) {
            Ok(()) => None,
            Err(qudao_base::Stop::Refusal(refusal)) => Some(refusal.code.clone()),
            Err(other) => Some(other.to_string()),
        }
    }

    #[test]
    fn signs_as_the_specification_does() {
        let secrets = [bytes_of(SECRET).unwrap()];
        assert_eq!(sign(&secrets, ID, at(SENT), BODY), SIGNATURE);
    }

    #[test]
    fn takes_what_one_of_its_secrets_signed_and_nothing_else() {
        assert_eq!(code(SIGNATURE, BODY, SENT + 300), None);
        assert_eq!(code(&format!("v1,AAAA {SIGNATURE}"), BODY, SENT), None);
        let refused = Some("webhook.signature".to_owned());
        assert_eq!(code(SIGNATURE, b"{}", SENT), refused);
        assert_eq!(code("v1,AAAA", BODY, SENT), refused);
        assert_eq!(code(&SIGNATURE.replace("v1,", "v2,"), BODY, SENT), refused);
        let late = Some("webhook.too_old".to_owned());
        assert_eq!(code(SIGNATURE, BODY, SENT + 301), late);
        assert_eq!(code(SIGNATURE, BODY, SENT - 301), late);
    }
}
