//! What a tool answers beside text, as a prompt of DSPy shows it.
//!
//! DSPy shows the `str()` of the class that Python's `mcp` 2.3 has for each kind of content.

use dspex_signature::{Fields, Value};
use rmcp::model::ContentBlock;

/// The fields of a class: the name on the wire, and Python's.
type Class = &'static [(&'static str, &'static str)];

const MEDIA: Class = &[
    ("type", "type"),
    ("data", "data"),
    ("mimeType", "mime_type"),
    ("annotations", "annotations"),
    ("_meta", "meta"),
];
const RESOURCE: Class = &[
    ("type", "type"),
    ("resource", "resource"),
    ("annotations", "annotations"),
    ("_meta", "meta"),
];
const LINK: Class = &[
    ("name", "name"),
    ("title", "title"),
    ("uri", "uri"),
    ("description", "description"),
    ("mimeType", "mime_type"),
    ("size", "size"),
    ("icons", "icons"),
    ("annotations", "annotations"),
    ("_meta", "meta"),
    ("type", "type"),
];
const TEXT: Class =
    &[("uri", "uri"), ("mimeType", "mime_type"), ("_meta", "meta"), ("text", "text")];
const BLOB: Class =
    &[("uri", "uri"), ("mimeType", "mime_type"), ("_meta", "meta"), ("blob", "blob")];
const ANNOTATIONS: Class =
    &[("audience", "audience"), ("priority", "priority"), ("lastModified", "last_modified")];
const ICON: Class =
    &[("src", "src"), ("mimeType", "mime_type"), ("sizes", "sizes"), ("theme", "theme")];

/// Python's `str()` of a content.
pub(super) fn shown(content: &ContentBlock) -> String {
    let class = match content {
        ContentBlock::Resource(_) => RESOURCE,
        ContentBlock::ResourceLink(_) => LINK,
        _ => MEDIA,
    };
    // Through text, so that numbers are read as Python reads them.
    let json = serde_json::to_string(content).expect("a content was read from JSON");
    match Value::from_json(&json) {
        Ok(Value::Map(fields)) => entries(class, &fields).join(" "),
        _ => json,
    }
}

/// `name=value` for each field of the class.
fn entries(class: Class, fields: &Fields) -> Vec<String> {
    let entry = |(wire, name): &(&str, &str)| match fields.value(wire) {
        None => format!("{name}=None"),
        Some(value) => format!("{name}={}", of_field(name, value)),
    };
    class.iter().map(entry).collect()
}

/// Python's `repr()` of a field's value, by the field's name.
fn of_field(name: &str, value: &Value) -> String {
    let object = |name: &str, class: Class, value: &Value| match value {
        Value::Map(fields) => format!("{name}({})", entries(class, fields).join(", ")),
        other => other.python_repr(),
    };
    match (name, value) {
        ("annotations", _) => object("Annotations", ANNOTATIONS, value),
        ("resource", Value::Map(fields)) if fields.contains("text") => {
            object("TextResourceContents", TEXT, value)
        }
        ("resource", _) => object("BlobResourceContents", BLOB, value),
        ("icons", Value::List(icons)) => {
            let icons: Vec<_> = icons.iter().map(|icon| object("Icon", ICON, icon)).collect();
            format!("[{}]", icons.join(", "))
        }
        _ => value.python_repr(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, expected: &str) {
        assert_eq!(shown(&serde_json::from_str(json).unwrap()), expected, "{json}");
    }

    /// `str()` of these contents in Python's `mcp` 2.3.0.
    #[test]
    fn contents_are_shown_as_python_shows_them() {
        check(
            r#"{"type": "image", "data": "aGk=", "mimeType": "image/png"}"#,
            "type='image' data='aGk=' mime_type='image/png' annotations=None meta=None",
        );
        check(
            r#"{"type": "audio", "data": "x", "mimeType": "audio/wav", "annotations":
                {"audience": ["user"], "priority": 0.9}, "_meta": {"k": 1, "s": "a'b"}}"#,
            "type='audio' data='x' mime_type='audio/wav' annotations=Annotations(audience=['user'], \
             priority=0.9, last_modified=None) meta={'k': 1, 's': \"a'b\"}",
        );
        check(
            r#"{"type": "resource_link", "uri": "http://x", "name": "n", "size": 3,
                "icons": [{"src": "s", "sizes": ["1x1"]}]}"#,
            "name='n' title=None uri='http://x' description=None mime_type=None size=3 \
             icons=[Icon(src='s', mime_type=None, sizes=['1x1'], theme=None)] annotations=None \
             meta=None type='resource_link'",
        );
        check(
            r#"{"type": "resource", "resource": {"uri": "file:///a", "mimeType": "text/plain",
                "text": "hi\nyou"}}"#,
            "type='resource' resource=TextResourceContents(uri='file:///a', mime_type='text/plain', \
             meta=None, text='hi\\nyou') annotations=None meta=None",
        );
        check(
            r#"{"type": "resource", "resource": {"uri": "file:///a", "blob": "aGk="}}"#,
            "type='resource' resource=BlobResourceContents(uri='file:///a', mime_type=None, \
             meta=None, blob='aGk=') annotations=None meta=None",
        );
    }
}
