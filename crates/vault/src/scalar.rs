//! The functions that our SQL uses beside SQLite's own.

use domain::Point;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use crate::fault::Outcome;

/// `metres(lat1, lon1, lat2, lon2)`: the great-circle distance between two points in E7, or NULL when one is.
pub(crate) fn register(connection: &Connection) -> Outcome<()> {
    connection.create_scalar_function("metres", 4, FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_UTF8, |context| {
        let point = |at: usize| -> rusqlite::Result<Option<Point>> {
            Ok(context.get::<Option<i32>>(at)?.zip(context.get::<Option<i32>>(at + 1)?).map(|(lat, lon)| Point { lat, lon }))
        };
        Ok(point(0)?.zip(point(2)?).map(|(from, to)| from.metres_to(to)))
    })?;
    Ok(())
}
