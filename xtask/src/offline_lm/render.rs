//! An answer in the format that the prompt asked for.

use serde_json::Value;

use super::prompt::Format;

/// The completion's text: each field by name, in order.
pub(crate) fn render(format: Format, fields: &[(String, Value)]) -> String {
    match format {
        Format::Chat => {
            let sections = fields
                .iter()
                .map(|(name, value)| format!("[[ ## {name} ## ]]\n{}\n\n", python_text(value)));
            sections.collect::<String>() + "[[ ## completed ## ]]"
        }
        Format::Json => {
            let members: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("  {}: {value}", Value::from(name.as_str())))
                .collect();
            format!("{{\n{}\n}}", members.join(",\n"))
        }
        Format::Xml => fields
            .iter()
            .map(|(name, value)| format!("<{name}>{}</{name}>", xml(value)))
            .collect::<Vec<_>>()
            .join("\n\n"),
        Format::Plain => {
            fields.iter().map(|(_, value)| python_text(value)).collect::<Vec<_>>().join("\n")
        }
    }
}

/// Text as it is, booleans as Python writes them, everything else as JSON.
fn python_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        other => other.to_string(),
    }
}

fn xml(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            items.iter().map(|item| format!("<item>{}</item>", xml(item))).collect()
        }
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| format!("<{name}>{}</{name}>", xml(member)))
            .collect(),
        Value::String(text) => text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
        other => python_text(other),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Format, render};

    #[track_caller]
    fn check(format: Format, expected: &str) {
        let fields = [("ok".to_owned(), json!(true)), ("tags".to_owned(), json!(["a<b"]))];
        assert_eq!(render(format, &fields), expected);
    }

    #[test]
    fn each_format_is_written_as_its_adapter_reads_it() {
        check(
            Format::Chat,
            "[[ ## ok ## ]]\nTrue\n\n[[ ## tags ## ]]\n[\"a<b\"]\n\n[[ ## completed ## ]]",
        );
        check(Format::Json, "{\n  \"ok\": true,\n  \"tags\": [\"a<b\"]\n}");
        check(Format::Xml, "<ok>True</ok>\n\n<tags><item>a&lt;b</item></tags>");
    }
}
