//! What came of calling a server's tool, as `dspy.Tool.from_mcp_tool` gives it.

use dspex_signature::{Observation, ToolError, Value};
use rmcp::model::{CallToolResult, ContentBlock};

use super::content::shown;
use super::mcp_text;

/// The text, or all texts where there are several; without any, what else there is.
///
/// What the server tells as data goes before it where that is wanted.
///
/// # Errors
/// [`ToolError`] where the server says that the tool has failed.
pub(super) fn observation(result: CallToolResult, wants_data: bool) -> Observation {
    let (mut texts, mut others) = (Vec::new(), Vec::new());
    for content in &result.content {
        match content {
            ContentBlock::Text(content) => texts.push(Value::from(content.text.as_str())),
            other => others.push(Value::from(shown(other))),
        }
    }
    let told = match <[Value; 1]>::try_from(texts) {
        Ok([text]) => text,
        Err(texts) => Value::List(texts),
    };
    if result.is_error == Some(true) {
        return Err(ToolError::new(mcp_text::failed(&told.to_string())));
    }
    if let Some(data) = result.structured_content.filter(|_| wants_data) {
        // Through text, so that numbers are read as Python reads them.
        return Value::from_json(&data.to_string())
            .map_err(|error| ToolError::new(error.to_string()));
    }
    let is_empty = match &told {
        Value::Text(text) => text.is_empty(),
        Value::List(texts) => texts.is_empty(),
        _ => false,
    };
    Ok(if is_empty { Value::List(others) } else { told })
}

#[cfg(test)]
mod tests {
    use dspex_signature::fields;
    use serde_json::json;

    use super::*;

    /// What `acall` of a `dspy.Tool` gives, in DSPy 3.4.1.
    #[test]
    fn results_are_read_as_dspy_reads_them() {
        let text = |text: &str| json!({ "type": "text", "text": text });
        let image = json!({ "type": "image", "data": "x", "mimeType": "m" });
        let seen = "type='image' data='x' mime_type='m' annotations=None meta=None";
        let failed = |told: &str| Err(ToolError::new(mcp_text::failed(told)));
        let list = |texts: &[&str]| Ok(Value::from(texts.to_vec()));
        for (result, expected) in [
            (json!({ "content": [text("x")] }), Ok("x".into())),
            (json!({ "content": [text("x"), text("y")] }), list(&["x", "y"])),
            (json!({ "content": [text("x"), image] }), Ok("x".into())),
            (json!({ "content": [image] }), list(&[seen])),
            (json!({ "content": [text("")] }), list(&[])),
            (json!({ "content": [] }), list(&[])),
            (json!({ "content": [text("boom")], "isError": true }), failed("boom")),
            (json!({ "content": [text("a"), text("b")], "isError": true }), failed("['a', 'b']")),
            (json!({ "content": [image], "isError": true }), failed("[]")),
        ] {
            let read = serde_json::from_value(result.clone()).unwrap();
            assert_eq!(observation(read, false), expected, "{result}");
        }
    }

    #[test]
    fn data_is_told_where_it_is_wanted() {
        let result = json!({ "content": [], "structuredContent": { "n": 1.0, "l": [1] } });
        let result: CallToolResult = serde_json::from_value(result).unwrap();
        let data = fields! { "n" => 1.0, "l" => [1] };
        assert_eq!(observation(result.clone(), true), Ok(Value::Map(data)));
        assert_eq!(observation(result, false), Ok(Value::List(Vec::new())));
    }
}
