use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// What the TypeScript client is generated from: the table of operations and the schema of every type in it.
pub fn client_schema() -> Value {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let operations: Vec<Value> = crate::OPERATIONS
        .iter()
        .map(|operation| {
            operation.schemas(&mut generator);
            let (request, response, part) = operation.types;
            json!({
                "name": operation.name, "doc": operation.doc, "request": request, "response": name_of(response), "part": part,
                "stream": part.is_some(), "shows": operation.shows, "spoils": operation.spoils,
            })
        })
        .collect();
    generator.subschema_for::<crate::wire::Event>();
    generator.subschema_for::<domain::Failure>();
    let schemas: Map<String, Value> = generator.take_definitions(true);
    json!({ "operations": operations, "schemas": schemas })
}

/// The schema's name of a type that the table knows by another.
fn name_of(response: &'static str) -> &'static str {
    if response == "Report" { "ImportReport" } else { response }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_in_the_table_has_a_schema_of_its_name() {
        let schema = client_schema();
        for operation in schema["operations"].as_array().unwrap() {
            for role in ["request", "response", "part"] {
                if let Some(name) = operation[role].as_str() {
                    assert!(schema["schemas"].get(name).is_some(), "{name} has no schema");
                }
            }
        }
    }

    #[test]
    fn the_clients_schema_is_the_one_committed() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/src/generated/schema.json");
        let fresh = format!("{:#}\n", client_schema());
        if std::env::var_os("DATAPUNK_WRITE_SCHEMA").is_some() {
            std::fs::write(path, &fresh).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(fresh == committed, "ui/src/generated/schema.json is not current: run `cargo xtask gen`");
    }
}
