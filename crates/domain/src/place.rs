use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Degrees times 10^7, as Google writes them: about one centimetre.
pub type E7 = i32;

/// Metres on the ground.
pub type Metres = f64;

/// A position on the WGS 84 ellipsoid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// Latitude, degrees times 10^7, within ±900,000,000.
    pub lat: E7,
    /// Longitude, degrees times 10^7, within ±1,800,000,000.
    pub lon: E7,
}

impl Point {
    /// The point for degrees, or `None` when they are not on the globe, are not numbers, or are the 0,0 that exports
    /// write for "unknown".
    pub fn from_degrees(lat: f64, lon: f64) -> Option<Self> {
        if !lat.is_finite() || !lon.is_finite() || lat.abs() > 90.0 || lon.abs() > 180.0 {
            return None;
        }
        Self::from_e7((lat * 1e7).round() as i64, (lon * 1e7).round() as i64)
    }

    /// The point for E7 numbers. Values that overflowed 32 bits on their way are folded back; 0,0 is unknown.
    pub fn from_e7(lat: i64, lon: i64) -> Option<Self> {
        let fold = |value: i64, limit: i64| if value > limit { value - (1 << 32) } else { value };
        let (lat, lon) = (fold(lat, 900_000_000), fold(lon, 1_800_000_000));
        if lat.abs() > 900_000_000 || lon.abs() > 1_800_000_000 || (lat == 0 && lon == 0) {
            return None;
        }
        Some(Self { lat: lat as E7, lon: lon as E7 })
    }

    /// Latitude in degrees.
    pub fn lat_degrees(self) -> f64 {
        f64::from(self.lat) / 1e7
    }

    /// Longitude in degrees.
    pub fn lon_degrees(self) -> f64 {
        f64::from(self.lon) / 1e7
    }

    /// Great-circle distance by the haversine formula on a sphere of 6,371,008.8 m (IUGG mean radius); within 0.5 % of
    /// the ellipsoid.
    pub fn metres_to(self, other: Self) -> Metres {
        let (a, b) = (self.lat_degrees().to_radians(), other.lat_degrees().to_radians());
        let lon = (other.lon_degrees() - self.lon_degrees()).to_radians();
        let h = ((b - a) / 2.0).sin().powi(2) + a.cos() * b.cos() * (lon / 2.0).sin().powi(2);
        2.0 * 6_371_008.8 * h.sqrt().min(1.0).asin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overflown_longitudes_fold_back_and_nonsense_is_refused() {
        let west = Point::from_e7(471_234_567, -85_432_109).unwrap();
        assert_eq!(Point::from_e7(471_234_567, (1 << 32) - 85_432_109), Some(west));
        assert_eq!(Point::from_e7(910_000_000, 0), None);
        assert_eq!(Point::from_degrees(0.0, 0.0), None);
        assert_eq!(Point::from_degrees(f64::NAN, 1.0), None);
    }

    #[test]
    fn lisbon_to_porto_is_274_km() {
        let lisbon = Point::from_degrees(38.7223, -9.1393).unwrap();
        let porto = Point::from_degrees(41.1579, -8.6291).unwrap();
        assert!((lisbon.metres_to(porto) - 274_000.0).abs() < 2_000.0);
    }
}
