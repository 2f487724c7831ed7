//! The body of a request, with the keys that DSPy's own client sends, in its order.

use std::borrow::Cow;

use dspex_signature::{Fields, Role};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::llm::message::{self, parted};
use crate::llm::{
    CompletionRequest, Media, MediaSource, Part, ResponseFormat, Sampling, ToolChoice, ToolSpec,
    effort, json,
};

/// The most tokens of an answer where nobody says how many, by what a model's name begins with.
///
/// Source: what DSPy 3.4.1 sends, which knows what each model can write and asks for no more than
/// the last row.
const MAX_TOKENS: [(&str, u64); 4] =
    [("claude-3-5-", 8192), ("claude-3-7-", 16384), ("claude-3-", 4096), ("", 16384)];

/// Models that think as much as they see fit, by what their names hold; others are told how much.
///
/// Source: what DSPy 3.4.1 sends.
const ADAPTIVE: [&str; 9] = [
    "sonnet-5",
    "opus-5",
    "sonnet-4-6",
    "opus-4-6",
    "opus-4-7",
    "opus-4-8",
    "fable",
    "mythos",
    "haiku-5",
];

/// Parameters that DSPy leaves out for Anthropic, which has none of them.
const LEFT_OUT: [&str; 3] = ["seed", "logprobs", "top_logprobs"];

/// The body of one request.
#[derive(Serialize)]
pub struct Body<'a> {
    model: &'a str,
    messages: Vec<Said<'a>>,
    stream: bool,
    max_tokens: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(flatten)]
    parameters: Map<String, Json>,
}

#[derive(Serialize)]
struct Said<'a> {
    role: &'static str,
    content: Vec<Block<'a>>,
}

/// One block of a message.
#[derive(Serialize)]
#[serde(untagged)]
enum Block<'a> {
    Text {
        #[serde(rename = "type")]
        kind: &'static str,
        text: Cow<'a, str>,
    },
    More(Json),
}

impl<'a> Body<'a> {
    /// # Errors
    /// The name of a parameter that JSON or Anthropic cannot carry, and why.
    pub(super) fn new(
        model: &'a str,
        request: &'a CompletionRequest,
        defaults: &Sampling,
        is_streamed: bool,
    ) -> Result<Self, String> {
        let sampling = &request.sampling;
        let usual = MAX_TOKENS.iter().find(|(prefix, _)| model.starts_with(prefix));
        let usual = usual.map_or(0, |(_, usual)| *usual);
        let mut max_tokens = sampling.max_tokens.or(defaults.max_tokens).unwrap_or(usual);
        let mut parameters = parameters(&defaults.extra)?;
        parameters.extend(self::parameters(&sampling.extra)?);
        let parallel = parameters.shift_remove("parallel_tool_calls");
        let effort = parameters.shift_remove(effort::PARAMETER);
        parameters.extend(tools(request, parallel.as_ref())?);
        let mut output = Map::new();
        if let Some(effort) = effort.as_ref().map(effort::Effort::read).transpose()? {
            think(model, effort, &mut parameters, &mut output, &mut max_tokens);
        }
        if let Some(format) = &request.response_format {
            output.insert("format".to_owned(), response_format(format)?);
        }
        if !output.is_empty() {
            parameters.insert("output_config".to_owned(), output.into());
        }
        let (system, messages) = parted(&request.messages);
        Ok(Self {
            model,
            messages: messages.map(said).collect::<Result<_, _>>()?,
            stream: is_streamed,
            max_tokens,
            system,
            temperature: sampling.temperature.or(defaults.temperature),
            parameters,
        })
    }
}

/// How much a model thinks, which for most counts toward what it may write.
fn think(
    model: &str,
    effort: effort::Effort,
    parameters: &mut Map<String, Json>,
    output: &mut Map<String, Json>,
    max_tokens: &mut u64,
) {
    let model = model.to_ascii_lowercase();
    if effort.is_none() {
        return;
    }
    if ADAPTIVE.iter().any(|marker| model.contains(marker)) {
        parameters.insert("thinking".to_owned(), json!({ "type": "adaptive" }));
        output.insert("effort".to_owned(), effort.at_least_low().into());
    } else {
        let thinking = json!({ "type": "enabled", "budget_tokens": effort.budget_tokens() });
        parameters.insert("thinking".to_owned(), thinking);
        *max_tokens += effort.budget_tokens();
    }
}

fn said((role, parts): message::Said<'_>) -> Result<Said<'_>, String> {
    let role = if role == Role::Assistant { "assistant" } else { "user" };
    let content = match parts {
        Cow::Borrowed(parts) => parts.iter().map(block).collect::<Result<_, _>>()?,
        Cow::Owned(parts) => {
            let texts = parts.into_iter().filter_map(|part| match part {
                Part::Text(text) => Some(Block::Text { kind: "text", text: text.into() }),
                _ => None,
            });
            texts.collect()
        }
    };
    Ok(Said { role, content })
}

fn block(part: &Part) -> Result<Block<'_>, String> {
    Ok(Block::More(match part {
        Part::Text(text) => return Ok(Block::Text { kind: "text", text: text.into() }),
        Part::Image(image) => json!({ "type": "image", "source": source(image, "image/png") }),
        Part::Document(document) => {
            json!({ "type": "document", "source": source(document, "application/pdf") })
        }
        Part::Audio(_) => return Err("Anthropic takes no sound".to_owned()),
        Part::ToolCall(call) => {
            let input = json::object(&call.fields().map_err(|why| {
                format!("the call of `{}` cannot be told again: {why}", call.name)
            })?)?;
            json!({ "type": "tool_use", "id": call.id, "name": call.name, "input": input })
        }
        Part::ToolResult(result) => json!({
            "type": "tool_result", "tool_use_id": result.id, "content": result.content,
        }),
    }))
}

fn source(media: &Media, usual: &str) -> Json {
    match &media.source {
        MediaSource::Url(url) => json!({ "type": "url", "url": url }),
        MediaSource::Base64(data) => {
            json!({ "type": "base64", "media_type": media.type_or(usual), "data": data })
        }
    }
}

/// Parameters under Anthropic's names.
fn parameters(extra: &Fields) -> Result<Map<String, Json>, String> {
    let named = |(name, value): (String, Json)| match name.as_str() {
        "stop" => Some(("stop_sequences".to_owned(), value)),
        name if LEFT_OUT.contains(&name) => None,
        _ => Some((name, value)),
    };
    Ok(json::parameters(extra)?.into_iter().filter_map(named).collect())
}

fn tools(
    request: &CompletionRequest,
    parallel: Option<&Json>,
) -> Result<Map<String, Json>, String> {
    let mut parameters = Map::new();
    if !request.tools.is_empty() {
        let tools: Vec<Json> = request.tools.iter().map(tool).collect::<Result<_, _>>()?;
        parameters.insert("tools".to_owned(), tools.into());
    }
    let choice = request.tool_choice.as_ref().map(|choice| match choice {
        ToolChoice::Auto => json!({ "type": "auto" }),
        ToolChoice::None => json!({ "type": "none" }),
        ToolChoice::Required => json!({ "type": "any" }),
        ToolChoice::Tool(name) => json!({ "type": "tool", "name": name }),
    });
    let is_alone = parallel == Some(&Json::Bool(false));
    let choice = choice.or_else(|| is_alone.then(|| json!({ "type": "auto" })));
    if let Some(mut choice) = choice {
        if is_alone {
            choice["disable_parallel_tool_use"] = true.into();
        }
        parameters.insert("tool_choice".to_owned(), choice);
    }
    Ok(parameters)
}

fn tool(tool: &ToolSpec) -> Result<Json, String> {
    let ToolSpec { name, description, parameters } = tool;
    let schema = json::json(parameters).map_err(|why| format!("tool `{name}` {why}"))?;
    Ok(json!({ "name": name, "description": description, "input_schema": schema }))
}

fn response_format(format: &ResponseFormat) -> Result<Json, String> {
    match format {
        ResponseFormat::JsonObject => {
            Err("Anthropic cannot be asked for any JSON; it takes a JSON schema".to_owned())
        }
        ResponseFormat::JsonSchema { name, schema } => {
            let schema = json::json(schema).map_err(|why| format!("schema `{name}` {why}"))?;
            Ok(json!({ "type": "json_schema", "schema": schema }))
        }
    }
}

#[cfg(test)]
mod tests {
    use dspex_signature::{Message, Value, fields};

    use super::*;
    use crate::llm::{Message as Said, ToolCall};

    fn message(role: Role, content: &str) -> Message {
        Message { role, content: content.to_owned() }
    }

    #[track_caller]
    fn sends(model: &str, messages: &[(Role, &str)], sampling: Sampling, expected: &str) {
        let messages = messages.iter().map(|(role, text)| message(*role, text));
        let request = CompletionRequest::new(messages).with_sampling(sampling);
        assert_eq!(body(model, &request), Ok(expected.to_owned()));
    }

    // Recorded of DSPy 3.4.1, which sent these bodies to a server of this machine.
    #[test]
    fn a_body_is_what_dspy_sends() {
        let talk = [
            (Role::System, "Sys"),
            (Role::User, "Q1"),
            (Role::Assistant, "A1"),
            (Role::User, "Q2"),
        ];
        sends(
            "claude-haiku-4-5",
            &talk,
            Sampling { temperature: Some(0.5), max_tokens: Some(100), extra: fields! {} },
            r#"{"model":"claude-haiku-4-5","messages":[{"role":"user","content":[{"type":"text","text":"Q1"}]},{"role":"assistant","content":[{"type":"text","text":"A1"}]},{"role":"user","content":[{"type":"text","text":"Q2"}]}],"stream":false,"max_tokens":100,"system":"Sys","temperature":0.5}"#,
        );
        let extra = fields! {
            "stop" => vec!["x"], "seed" => 3, "n" => 1, "logprobs" => true, "top_logprobs" => 2,
        };
        sends(
            "claude-3-5-haiku-20241022",
            &[(Role::System, "S1"), (Role::System, "S2"), (Role::User, "Q")],
            Sampling { extra, ..Sampling::default() },
            r#"{"model":"claude-3-5-haiku-20241022","messages":[{"role":"user","content":[{"type":"text","text":"[developer]\nS2"}]},{"role":"user","content":[{"type":"text","text":"Q"}]}],"stream":false,"max_tokens":8192,"system":"S1","stop_sequences":["x"]}"#,
        );
        sends(
            "claude-3-opus-20240229",
            &[],
            Sampling::default(),
            r#"{"model":"claude-3-opus-20240229","messages":[],"stream":false,"max_tokens":4096}"#,
        );
    }

    fn body(model: &str, request: &CompletionRequest) -> Result<String, String> {
        let body = Body::new(model, request, &Sampling::default(), false)?;
        Ok(serde_json::to_string(&body).unwrap())
    }

    #[test]
    fn parts_tools_and_formats_are_sent_as_dspy_sends_them() {
        let schema = |text| Value::from_json(text).unwrap();
        let calls = [ToolCall::new("c1", "add", r#"{"a": 1}"#), ToolCall::new("c2", "add", "{}")];
        let results = [calls[0].result("2"), calls[1].result("3")];
        let said = calls.into_iter().map(Part::ToolCall);
        let said = said.fold(Said::assistant("Let me."), Said::part);
        let mut request = CompletionRequest::new([
            Said::user("Q")
                .image(Media::bytes("image/png", "hi"))
                .image(Media::url("https://x.test/a.png")),
            said,
            Said::results(results),
            Said::user("And?"),
        ])
        .with_tools([ToolSpec::new(
            "add",
            "Adds.",
            schema(r#"{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}"#),
        )])
        .with_tool_choice(ToolChoice::Auto)
        .with_response_format(ResponseFormat::JsonSchema {
            name: "Out".to_owned(),
            schema: schema(r#"{"type":"object","additionalProperties":false}"#),
        });
        request.sampling.temperature = Some(0.5);
        request.sampling.extra = fields! { "top_p" => 0.9, "stop" => vec!["x"] };
        let expected = r#"{"model":"claude-haiku-4-5","messages":[{"role":"user","content":[{"type":"text","text":"Q"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"aGk="}},{"type":"image","source":{"type":"url","url":"https://x.test/a.png"}}]},{"role":"assistant","content":[{"type":"text","text":"Let me."},{"type":"tool_use","id":"c1","name":"add","input":{"a":1}},{"type":"tool_use","id":"c2","name":"add","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"2"},{"type":"tool_result","tool_use_id":"c2","content":"3"}]},{"role":"user","content":[{"type":"text","text":"And?"}]}],"stream":false,"max_tokens":16384,"temperature":0.5,"top_p":0.9,"stop_sequences":["x"],"tools":[{"name":"add","description":"Adds.","input_schema":{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}}],"tool_choice":{"type":"auto"},"output_config":{"format":{"type":"json_schema","schema":{"type":"object","additionalProperties":false}}}}"#;
        assert_eq!(body("claude-haiku-4-5", &request), Ok(expected.to_owned()));
    }

    #[track_caller]
    fn thinks(model: &str, effort: &str, expected: &str) {
        let extra = fields! { "reasoning_effort" => effort };
        let request = CompletionRequest::new([Said::user("Q")])
            .with_sampling(Sampling { extra, ..Sampling::default() });
        let body = body(model, &request).unwrap();
        let (_, rest) = body.split_once(r#""stream":false,"#).unwrap();
        assert_eq!(rest, expected);
    }

    #[test]
    fn thoughts_have_a_budget_or_an_effort() {
        let manual = "claude-haiku-4-5";
        thinks(manual, "none", r#""max_tokens":16384}"#);
        thinks(
            manual,
            "low",
            r#""max_tokens":18432,"thinking":{"type":"enabled","budget_tokens":2048}}"#,
        );
        thinks(
            "claude-opus-4-6",
            "low",
            r#""max_tokens":16384,"thinking":{"type":"adaptive"},"output_config":{"effort":"low"}}"#,
        );
    }

    #[test]
    fn what_anthropic_has_not_is_refused() {
        let audio = Said::user("Q").part(Part::Audio(Media::bytes("audio/wav", "hi")));
        let error = body("m", &CompletionRequest::new([audio])).unwrap_err();
        assert_eq!(error, "Anthropic takes no sound");
        let request = CompletionRequest::new([Said::user("Q")])
            .with_response_format(ResponseFormat::JsonObject);
        let error = body("m", &request).unwrap_err();
        assert_eq!(error, "Anthropic cannot be asked for any JSON; it takes a JSON schema");
    }
}
