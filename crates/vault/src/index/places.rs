//! Where items are: an R-tree over their points, in memory.
//!
//! Positions are kept exactly (E7); only the tree's boxes are 32-bit floats, which are 1.5 metres wide of the mark at most,
//! so every box that is asked for is made that much wider and every point in it is checked again. A point takes about 42 bytes.
//!
//! Invariants: a box may cross the antimeridian (`west > east`); distances are great circles.
//!
//! Absent on purpose: track points. There are too many for memory, and the database has them by time.

use std::collections::HashMap;

use domain::{Area, Kind, Metres, Point};
use rstar::{AABB, RStarInsertionStrategy, RTree, RTreeObject, RTreeParams};

use super::allowed::{Allowed, IdSet};

/// Wider than the error of an E7 number in 32-bit floats.
const MARGIN: f32 = 256.0;
const EARTH_RADIUS: Metres = 6_371_008.8;
/// Clusters across a map tile of 256 pixels.
const CELLS_A_TILE: f64 = 4.0;
/// Where the map's projection ends, degrees.
const MAP_EDGE: f64 = 85.051_128;

/// An item's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The item.
    pub item: i64,
    /// Where it is.
    pub point: Point,
    /// What it is.
    pub kind: Kind,
    /// Whether the place was inferred from the person's track.
    pub inferred: bool,
}

impl RTreeObject for Spot {
    type Envelope = AABB<[f32; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_point([self.point.lon as f32, self.point.lat as f32])
    }
}

/// Wide nodes: fewer of them beside the points.
struct Wide;

impl RTreeParams for Wide {
    const MIN_SIZE: usize = 10;
    const MAX_SIZE: usize = 24;
    const REINSERTION_COUNT: usize = 6;
    type DefaultInsertionStrategy = RStarInsertionStrategy;
}

/// Points that a map draws as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// Their middle.
    pub centre: Point,
    /// How many items.
    pub count: u64,
    /// By kind, most first.
    pub kinds: Vec<(Kind, u64)>,
    /// One of them: the one with the highest number.
    pub sample: i64,
    /// Whether every place in it was inferred.
    pub inferred: bool,
}

/// The places of all items that have one.
#[derive(Default)]
pub struct PlaceIndex {
    tree: RTree<Spot, Wide>,
}

impl PlaceIndex {
    /// The index of these places.
    pub fn new(spots: Vec<Spot>) -> Self {
        Self { tree: RTree::bulk_load_with_params(spots) }
    }

    /// How many places it holds.
    pub fn len(&self) -> usize {
        self.tree.size()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a place.
    pub fn insert(&mut self, spot: Spot) {
        self.tree.insert(spot);
    }

    /// Takes a place out; tells whether it was there.
    pub fn remove(&mut self, spot: &Spot) -> bool {
        self.tree.remove(spot).is_some()
    }

    /// Takes out all places of the items in `changed`, wherever they were, and adds `spots`. Reads every point once, so
    /// changes should come in batches.
    pub fn replace(&mut self, changed: &IdSet, spots: Vec<Spot>) {
        let old: Vec<Spot> =
            if changed.is_empty() { Vec::new() } else { self.tree.iter().filter(|spot| changed.contains(spot.item)).copied().collect() };
        if (old.len() + spots.len()) * 8 < self.len() {
            for spot in &old {
                self.tree.remove(spot);
            }
            spots.into_iter().for_each(|spot| self.tree.insert(spot));
        } else {
            let kept = self.tree.iter().filter(|spot| !changed.contains(spot.item)).copied();
            self.tree = RTree::bulk_load_with_params(kept.chain(spots).collect());
        }
    }

    /// The allowed places in a box.
    pub fn within<'a>(&'a self, area: &Area, allowed: &'a Allowed) -> impl Iterator<Item = &'a Spot> + 'a {
        boxes(area).into_iter().flatten().flat_map(move |exact| {
            self.tree
                .locate_in_envelope_intersecting(exact.envelope())
                .filter(move |spot| exact.holds(spot.point) && allowed.contains(spot.item))
        })
    }

    /// The allowed places within so many metres of a point, nearest first, and how far they are.
    pub fn near(&self, point: Point, metres: Metres, allowed: &Allowed) -> Vec<(Spot, Metres)> {
        let mut found: Vec<(Spot, Metres)> = self
            .within(&area_around(point, metres), allowed)
            .map(|spot| (*spot, point.metres_to(spot.point)))
            .filter(|(_, distance)| *distance <= metres)
            .collect();
        found.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.item.cmp(&b.0.item)));
        found
    }

    /// What a map of `area` shows at a zoom level (0 is the whole world in a tile of 256 pixels): the allowed places, by the
    /// cells of a grid of 64 pixels, largest cluster first.
    pub fn clusters(&self, area: &Area, zoom: u8, allowed: &Allowed) -> Vec<Cluster> {
        let cells_across = CELLS_A_TILE * f64::from(1_u32 << zoom.min(24));
        let mut cells: HashMap<(u32, u32), Cell> = HashMap::new();
        for spot in self.within(area, allowed) {
            cells.entry(cell_of(spot.point, cells_across)).or_default().add(spot);
        }
        let mut clusters: Vec<Cluster> = cells.into_values().map(Cell::cluster).collect();
        clusters.sort_unstable_by(|a, b| b.count.cmp(&a.count).then(a.sample.cmp(&b.sample)));
        clusters
    }
}

/// A box that does not cross the antimeridian, E7.
#[derive(Clone, Copy)]
struct PlainBox {
    south: i32,
    west: i32,
    north: i32,
    east: i32,
}

impl PlainBox {
    fn envelope(&self) -> AABB<[f32; 2]> {
        AABB::from_corners([self.west as f32 - MARGIN, self.south as f32 - MARGIN], [self.east as f32 + MARGIN, self.north as f32 + MARGIN])
    }

    fn holds(&self, point: Point) -> bool {
        (self.south..=self.north).contains(&point.lat) && (self.west..=self.east).contains(&point.lon)
    }
}

/// A box as one, or as two when it crosses the antimeridian. Numbers off the globe are brought to its edge.
fn boxes(area: &Area) -> [Option<PlainBox>; 2] {
    let lat = |degrees: f64| (degrees.clamp(-90.0, 90.0) * 1e7).round() as i32;
    let lon = |degrees: f64| (degrees.clamp(-180.0, 180.0) * 1e7).round() as i32;
    let (south, north) = (lat(area.south), lat(area.north));
    let part = |west: f64, east: f64| Some(PlainBox { south, west: lon(west), north, east: lon(east) });
    if area.south > area.north || [area.south, area.west, area.north, area.east].iter().any(|edge| edge.is_nan()) {
        [None, None]
    } else if area.west > area.east {
        // -180° and 180° are one line: points on it may be written either way.
        [part(area.west, 180.0), part(-180.0, area.east)]
    } else {
        [part(area.west, area.east), None]
    }
}

/// The smallest box that holds a circle on the ground.
fn area_around(point: Point, metres: Metres) -> Area {
    let world = |south: f64, north: f64| Area { south, west: -180.0, north, east: 180.0 };
    let (lat, lon) = (point.lat_degrees(), point.lon_degrees());
    // A little more than the circle, because the edges are rounded.
    let angle = (metres.max(0.0) + 1.0) / EARTH_RADIUS;
    let degrees = angle.to_degrees();
    let (south, north) = (lat - degrees, lat + degrees);
    if south <= -90.0 || north >= 90.0 {
        // The circle holds a pole, and with it every longitude.
        return world(south.max(-90.0), north.min(90.0));
    }
    let reach = (angle.sin() / lat.to_radians().cos()).min(1.0).asin().to_degrees();
    let wrap = |lon: f64| {
        if lon < -180.0 {
            lon + 360.0
        } else if lon > 180.0 {
            lon - 360.0
        } else {
            lon
        }
    };
    if reach >= 180.0 { world(south, north) } else { Area { south, west: wrap(lon - reach), north, east: wrap(lon + reach) } }
}

/// The grid cell of a point on the map's projection (Mercator).
fn cell_of(point: Point, cells_across: f64) -> (u32, u32) {
    let lat = point.lat_degrees().clamp(-MAP_EDGE, MAP_EDGE).to_radians();
    let x = point.lon_degrees() / 360.0 + 0.5;
    let y = 0.5 - lat.tan().asinh() / std::f64::consts::TAU;
    ((x * cells_across) as u32, (y * cells_across) as u32)
}

/// A cluster in the making.
#[derive(Default)]
struct Cell {
    count: u64,
    lat: i64,
    lon: i64,
    sample: i64,
    kinds: Vec<(Kind, u64)>,
    n_inferred: u64,
}

impl Cell {
    fn add(&mut self, spot: &Spot) {
        self.sample = if self.count == 0 { spot.item } else { self.sample.max(spot.item) };
        self.count += 1;
        self.lat += i64::from(spot.point.lat);
        self.lon += i64::from(spot.point.lon);
        self.n_inferred += u64::from(spot.inferred);
        match self.kinds.iter_mut().find(|(kind, _)| *kind == spot.kind) {
            Some((_, n)) => *n += 1,
            None => self.kinds.push((spot.kind, 1)),
        }
    }

    fn cluster(mut self) -> Cluster {
        let n = self.count.max(1) as i64;
        self.kinds.sort_unstable_by_key(|(kind, n)| (std::cmp::Reverse(*n), *kind));
        Cluster {
            centre: Point { lat: (self.lat / n) as i32, lon: (self.lon / n) as i32 },
            count: self.count,
            kinds: self.kinds,
            sample: self.sample,
            inferred: self.n_inferred == self.count,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spot(item: i64, lat: f64, lon: f64) -> Spot {
        Spot { item, point: Point::from_degrees(lat, lon).unwrap(), kind: Kind::Photo, inferred: false }
    }

    fn near(index: &PlaceIndex, lat: f64, lon: f64, metres: f64) -> Vec<i64> {
        index.near(Point::from_degrees(lat, lon).unwrap(), metres, &Allowed::All).iter().map(|(spot, _)| spot.item).collect()
    }

    #[test]
    fn circles_reach_over_the_antimeridian_and_the_pole() {
        let index = PlaceIndex::new(vec![
            spot(1, -17.0, 179.99),
            spot(2, -17.0, -179.99),
            spot(3, 89.99, 10.0),
            spot(4, 89.99, -170.0),
            spot(5, 0.0, 90.0),
        ]);
        assert_eq!(near(&index, -17.0, 179.995, 3_000.0), [1, 2]);
        assert_eq!(near(&index, 89.995, 10.0, 2_000.0), [3, 4]);
        assert_eq!(near(&index, 0.0, -90.0, 30_000_000.0).len(), 5);
        assert_eq!(near(&index, 0.0, 90.0, 0.0), [5]);
        let fiji = Area { south: -20.0, west: 179.0, north: -10.0, east: -179.0 };
        assert_eq!(index.within(&fiji, &Allowed::All).count(), 2);
        assert_eq!(index.within(&fiji, &Allowed::only([2])).map(|spot| spot.item).collect::<Vec<_>>(), [2]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_circle_holds_what_a_look_at_every_point_says(
            points in prop::collection::vec((-90.0..=90.0_f64, -180.0..=180.0_f64), 1..200),
            centre in (-90.0..=90.0_f64, -180.0..=180.0_f64),
            exponent in 2.0..7.3_f64,
        ) {
            let spots: Vec<Spot> = points.iter().enumerate()
                .filter_map(|(n, (lat, lon))| Some(Spot { point: Point::from_degrees(*lat, *lon)?, ..spot(n as i64, 1.0, 1.0) })).collect();
            let Some(centre) = Point::from_degrees(centre.0, centre.1) else { return Ok(()) };
            let metres = 10_f64.powf(exponent);
            let mut expected: Vec<i64> = spots.iter().filter(|spot| centre.metres_to(spot.point) <= metres).map(|spot| spot.item).collect();
            let (bulk, rest) = spots.split_at(spots.len() / 2);
            let mut index = PlaceIndex::new(bulk.to_vec());
            rest.iter().for_each(|spot| index.insert(*spot));
            let mut found: Vec<i64> = index.near(centre, metres, &Allowed::All).iter().map(|(spot, _)| spot.item).collect();
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn replaced_items_leave_their_old_places() {
        let mut index = PlaceIndex::new((1..=100).map(|n| spot(n, 10.0, n as f64)).collect());
        index.replace(&IdSet::new([5]), vec![spot(5, -30.0, 5.0)]);
        assert_eq!((near(&index, 10.0, 5.0, 10.0), near(&index, -30.0, 5.0, 10.0), index.len()), (vec![], vec![5], 100));
        index.replace(&IdSet::new(1..=60), vec![]);
        assert_eq!(index.len(), 40);
        assert!(index.remove(&spot(70, 10.0, 70.0)) && !index.remove(&spot(70, 10.0, 70.0)));
    }

    #[test]
    fn a_map_shows_clusters_that_part_as_it_zooms_in() {
        let mut spots: Vec<Spot> = (0..50).map(|n| spot(n, 47.0, 8.0 + n as f64 * 1e-4)).collect();
        spots.push(Spot { kind: Kind::Visit, ..spot(99, 47.001, 8.001) });
        spots.push(spot(200, -33.0, 151.0));
        let index = PlaceIndex::new(spots);
        let world = Area { south: -90.0, west: -180.0, north: 90.0, east: 180.0 };
        let clusters = index.clusters(&world, 2, &Allowed::All);
        assert_eq!(clusters.iter().map(|cluster| cluster.count).collect::<Vec<_>>(), [51, 1]);
        assert_eq!((clusters[0].sample, &clusters[0].kinds[..]), (99, &[(Kind::Photo, 50), (Kind::Visit, 1)][..]));
        assert!((clusters[0].centre.lat_degrees() - 47.0).abs() < 0.01);
        assert!(index.clusters(&world, 20, &Allowed::All).len() > 20);
        assert_eq!(index.clusters(&Area { east: 100.0, ..world }, 0, &Allowed::only([1, 200])).len(), 1);
    }

    #[test]
    fn a_point_takes_forty_bytes_and_its_share_of_a_node() {
        assert!(size_of::<rstar::RTreeNode<Spot>>() <= 40, "{}", size_of::<rstar::RTreeNode<Spot>>());
    }
}
