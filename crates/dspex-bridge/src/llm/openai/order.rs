//! Where the parameters of a request stand in its body.

use serde_json::{Map, Value as Json};

/// The same parameters: those of `order` in that order, then the others as they were given.
pub(in crate::llm) fn in_order(
    mut parameters: Map<String, Json>,
    order: &[&str],
) -> Map<String, Json> {
    if parameters.len() < 2 {
        return parameters;
    }
    let known = order.iter().filter_map(|name| {
        let value = parameters.shift_remove(*name)?;
        Some(((*name).to_owned(), value))
    });
    let mut ordered: Map<String, Json> = known.collect();
    ordered.extend(parameters);
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_stands_last() {
        let parameters = serde_json::from_str(r#"{"z":1,"b":2,"y":3,"a":4}"#).unwrap();
        let ordered = in_order(parameters, &["a", "b", "c"]);
        assert_eq!(Json::Object(ordered).to_string(), r#"{"a":4,"b":2,"z":1,"y":3}"#);
    }
}
