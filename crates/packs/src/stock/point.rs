//! Points on the earth and how far they are apart.
//!
//! Keeps true: the distance is the same both ways.
//! Not here: road distances.

/// Mean radius of the earth in metres (IUGG 1980).
const EARTH_RADIUS_METRES: f64 = 6_371_008.8;

/// A point on the earth in 1/1,000,000 degrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// North positive.
    pub latitude: i64,
    /// East positive.
    pub longitude: i64,
}

impl Point {
    /// The point, when both coordinates are known.
    pub fn of(latitude: Option<i64>, longitude: Option<i64>) -> Option<Self> {
        Some(Self {
            latitude: latitude?,
            longitude: longitude?,
        })
    }

    /// Great-circle distance in whole metres (haversine formula).
    pub fn metres_to(self, other: Self) -> i64 {
        let (from, to) = (radians(self.latitude), radians(other.latitude));
        let half_height = ((to - from) / 2.0).sin();
        let half_width = (radians(other.longitude - self.longitude) / 2.0).sin();
        let chord = half_height * half_height + from.cos() * to.cos() * half_width * half_width;
        (2.0 * EARTH_RADIUS_METRES * chord.clamp(0.0, 1.0).sqrt().asin()).round() as i64
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "nine digits fit a 52-bit mantissa exactly"
)]
fn radians(micro_degrees: i64) -> f64 {
    (micro_degrees as f64 / 1e6).to_radians()
}
