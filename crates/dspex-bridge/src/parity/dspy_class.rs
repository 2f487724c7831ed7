//! Lists and objects of the corpus for fields of DSPy's own classes, as the classes read them.

use dspex_signature::{Fields, Value};

use super::value::Converted;

/// What a class makes of a list or an object. Its instances are here what prompts show of them:
/// code and reasoning a text, a history and tool calls a map.
pub(super) fn convert(value: &Value, path: &str) -> Converted {
    let converted = match path {
        "dspy.History" => return history(value),
        "dspy.Code" => text_of(value, "code").filter(|code| !code.contains("```")),
        "dspy.Reasoning" => text_of(value, "content"),
        "dspy.ToolCalls" if are_tool_calls(value) => return Converted::To(value.clone()),
        _ => None,
    };
    match converted {
        Some(text) => Converted::To(text.into()),
        None => Converted::Unknown,
    }
}

/// A history is its messages and nothing else, each of them a dict of anything.
fn history(value: &Value) -> Converted {
    let messages = only(value, "messages").and_then(Value::as_list);
    match messages.is_some_and(|messages| messages.iter().all(|item| item.as_map().is_some())) {
        true => Converted::To(value.clone()),
        false => Converted::Invalid,
    }
}

fn text_of<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    only(value, name)?.as_str()
}

/// Whether these are tool calls with nothing but names and arguments.
fn are_tool_calls(value: &Value) -> bool {
    let is_call = |call: &Value| {
        call.as_map().is_some_and(|call| {
            call.names().eq(["name", "args"])
                && call["name"].as_str().is_some()
                && call["args"].as_map().is_some()
        })
    };
    let calls = only(value, "tool_calls").and_then(Value::as_list);
    calls.is_some_and(|calls| calls.iter().all(is_call))
}

/// The value of `name`, where it is the only one.
fn only<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.as_map().filter(|fields: &&Fields| fields.len() == 1)?.value(name)
}
