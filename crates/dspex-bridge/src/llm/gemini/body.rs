//! The body of a request, with the keys that DSPy's own client sends, in its order.

use std::borrow::Cow;

use dspex_signature::{Fields, Role};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use crate::llm::effort::{self, Effort};
use crate::llm::message::{Said, parted};
use crate::llm::{
    CompletionRequest, Media, MediaSource, Part, ResponseFormat, Sampling, ToolChoice, json,
};

/// Gemini's names for parameters, beside DSPy's.
const PARAMETERS: [(&str, &str); 6] = [
    ("top_p", "topP"),
    ("top_k", "topK"),
    ("seed", "seed"),
    ("stop", "stopSequences"),
    ("presence_penalty", "presencePenalty"),
    ("frequency_penalty", "frequencyPenalty"),
];

/// The body of one request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Body<'a> {
    contents: Vec<Content<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    system_instruction: Option<Content<'a>>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    generation_config: Map<String, Json>,
    #[serde(flatten)]
    tools: Map<String, Json>,
}

#[derive(Serialize)]
struct Content<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    parts: Vec<Written<'a>>,
}

/// One part of a message.
#[derive(Serialize)]
#[serde(untagged)]
enum Written<'a> {
    Text { text: Cow<'a, str> },
    More(Json),
}

impl<'a> Body<'a> {
    /// # Errors
    /// The name of a parameter that JSON or Gemini cannot carry, and why.
    pub(super) fn new(
        model: &str,
        request: &'a CompletionRequest,
        defaults: &Sampling,
    ) -> Result<Self, String> {
        let (system, messages) = parted(&request.messages);
        let instruction = |text| Content { role: None, parts: vec![Written::Text { text }] };
        Ok(Self {
            contents: messages.map(content).collect::<Result<_, _>>()?,
            system_instruction: system.map(instruction),
            generation_config: config(model, request, defaults)?,
            tools: tools(request)?,
        })
    }
}

/// How to answer.
fn config(
    model: &str,
    request: &CompletionRequest,
    defaults: &Sampling,
) -> Result<Map<String, Json>, String> {
    let sampling = &request.sampling;
    let mut config = Map::new();
    if let Some(temperature) = sampling.temperature.or(defaults.temperature) {
        config.insert("temperature".to_owned(), number(temperature));
    }
    if let Some(max_tokens) = sampling.max_tokens.or(defaults.max_tokens) {
        config.insert("maxOutputTokens".to_owned(), max_tokens.into());
    }
    let (parameters, usual_effort) = parameters(&defaults.extra)?;
    config.extend(parameters);
    let (parameters, effort) = self::parameters(&sampling.extra)?;
    config.extend(parameters);
    if let Some(format) = &request.response_format {
        config.insert("responseMimeType".to_owned(), "application/json".into());
        if let ResponseFormat::JsonSchema { name, schema } = format {
            let schema = json::json(schema).map_err(|why| format!("schema `{name}` {why}"))?;
            config.insert("responseJsonSchema".to_owned(), schema);
        }
    }
    if let Some(effort) = effort.or(usual_effort) {
        config.insert("thinkingConfig".to_owned(), thinking(model, effort));
    }
    Ok(config)
}

/// A number as DSPy's client writes it: a whole one without a fraction.
fn number(number: f64) -> Json {
    #[expect(clippy::cast_possible_truncation, reason = "whole, and small where it is a parameter")]
    match number.fract() == 0.0 && number.abs() < 1e9 {
        true => (number as i64).into(),
        false => number.into(),
    }
}

/// How much a model thinks. Those of the third generation take a word, and none can be told not
/// to think.
fn thinking(model: &str, effort: Effort) -> Json {
    if model.to_ascii_lowercase().starts_with("gemini-3") {
        return json!({ "thinkingLevel": effort.at_most_high() });
    }
    json!({ "thinkingBudget": effort.budget_tokens() })
}

/// Parameters under Gemini's names, and how much is thought.
fn parameters(extra: &Fields) -> Result<(Map<String, Json>, Option<Effort>), String> {
    let mut parameters = json::parameters(extra)?;
    let effort = parameters.shift_remove(effort::PARAMETER);
    let effort = effort.as_ref().map(Effort::read).transpose()?;
    let named = |(name, value): (String, Json)| {
        let row = PARAMETERS.iter().find(|(known, _)| *known == name);
        match row {
            Some((_, own)) => Ok(((*own).to_owned(), value)),
            None => {
                let known = PARAMETERS.map(|(known, _)| format!("`{known}`")).join(", ");
                Err(format!("Gemini has no parameter `{name}`; it has {known}"))
            }
        }
    };
    Ok((parameters.into_iter().map(named).collect::<Result<_, _>>()?, effort))
}

fn content((role, parts): Said<'_>) -> Result<Content<'_>, String> {
    let role = if role == Role::Assistant { "model" } else { "user" };
    let parts = match parts {
        Cow::Borrowed(parts) => parts.iter().map(written).collect::<Result<_, _>>()?,
        Cow::Owned(parts) => {
            let texts = parts.into_iter().filter_map(|part| match part {
                Part::Text(text) => Some(Written::Text { text: text.into() }),
                _ => None,
            });
            texts.collect()
        }
    };
    Ok(Content { role: Some(role), parts })
}

fn written(part: &Part) -> Result<Written<'_>, String> {
    Ok(Written::More(match part {
        Part::Text(text) => return Ok(Written::Text { text: text.into() }),
        Part::Image(image) => data(image, "image/png"),
        Part::Audio(audio) => data(audio, "audio/wav"),
        Part::Document(document) => data(document, "application/pdf"),
        Part::ToolCall(call) => {
            let args = json::object(&call.fields().map_err(|why| {
                format!("the call of `{}` cannot be told again: {why}", call.name)
            })?)?;
            json!({ "functionCall": { "name": call.name, "args": args, "id": call.id } })
        }
        Part::ToolResult(result) => json!({ "functionResponse": {
            "name": result.name, "response": { "result": result.content }, "id": result.id,
        } }),
    }))
}

fn data(media: &Media, usual: &str) -> Json {
    let media_type = media.type_or(usual);
    match &media.source {
        MediaSource::Url(url) => {
            json!({ "fileData": { "mimeType": media_type, "fileUri": url } })
        }
        MediaSource::Base64(data) => {
            json!({ "inlineData": { "mimeType": media_type, "data": data } })
        }
    }
}

fn tools(request: &CompletionRequest) -> Result<Map<String, Json>, String> {
    let mut parameters = Map::new();
    if !request.tools.is_empty() {
        let declaration = |tool: &crate::llm::ToolSpec| {
            let name = &tool.name;
            let schema = json::json(&tool.parameters);
            let schema = schema.map_err(|why| format!("tool `{name}` {why}"))?;
            Ok(json!({ "name": name, "description": tool.description, "parameters": schema }))
        };
        let tools: Vec<Json> =
            request.tools.iter().map(declaration).collect::<Result<_, String>>()?;
        parameters.insert("tools".to_owned(), json!([{ "functionDeclarations": tools }]));
    }
    let calling = request.tool_choice.as_ref().map(|choice| match choice {
        ToolChoice::Auto => json!({ "mode": "AUTO" }),
        ToolChoice::None => json!({ "mode": "NONE" }),
        ToolChoice::Required => json!({ "mode": "ANY" }),
        ToolChoice::Tool(name) => json!({ "mode": "ANY", "allowedFunctionNames": [name] }),
    });
    if let Some(calling) = calling {
        parameters.insert("toolConfig".to_owned(), json!({ "functionCallingConfig": calling }));
    }
    Ok(parameters)
}

#[cfg(test)]
mod tests {
    use dspex_signature::{Message, Value, fields};

    use super::*;
    use crate::llm::{Message as Words, ToolCall, ToolSpec};

    #[track_caller]
    fn sends(messages: &[(Role, &str)], sampling: Sampling, expected: &str) {
        let message =
            |(role, text): &(Role, &str)| Message { role: *role, content: (*text).into() };
        let request = CompletionRequest::new(messages.iter().map(message));
        let body = body("gemini-2.5-flash", &request.with_sampling(sampling));
        assert_eq!(body.unwrap_or_else(|error| error), expected);
    }

    fn body(model: &str, request: &CompletionRequest) -> Result<String, String> {
        let body = Body::new(model, request, &Sampling::default())?;
        Ok(serde_json::to_string(&body).unwrap())
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
            &talk,
            Sampling { temperature: Some(0.5), max_tokens: Some(100), extra: fields! {} },
            r#"{"contents":[{"role":"user","parts":[{"text":"Q1"}]},{"role":"model","parts":[{"text":"A1"}]},{"role":"user","parts":[{"text":"Q2"}]}],"systemInstruction":{"parts":[{"text":"Sys"}]},"generationConfig":{"temperature":0.5,"maxOutputTokens":100}}"#,
        );
        let extra = fields! { "top_k" => 5, "seed" => 3, "presence_penalty" => 0.5 };
        sends(
            &[(Role::User, "Q")],
            Sampling { extra, ..Sampling::default() },
            r#"{"contents":[{"role":"user","parts":[{"text":"Q"}]}],"generationConfig":{"topK":5,"seed":3,"presencePenalty":0.5}}"#,
        );
        sends(
            &[],
            Sampling { extra: fields! { "foo" => 1 }, ..Sampling::default() },
            "Gemini has no parameter `foo`; it has `top_p`, `top_k`, `seed`, `stop`, `presence_penalty`, \
             `frequency_penalty`",
        );
    }

    #[test]
    fn parts_tools_and_formats_are_sent_as_dspy_sends_them() {
        let schema = |text| Value::from_json(text).unwrap();
        let calls = [ToolCall::new("c1", "add", r#"{"a": 1}"#), ToolCall::new("c2", "add", "{}")];
        let results = [calls[0].result("2"), calls[1].result("3")];
        let said = calls.into_iter().map(Part::ToolCall);
        let said = said.fold(Words::assistant("Let me."), Words::part);
        let mut request = CompletionRequest::new([
            Words::user("Q")
                .image(Media::bytes("image/png", "hi"))
                .image(Media::url("https://x.test/a.png"))
                .part(Part::Audio(Media::bytes("audio/wav", "hi"))),
            said,
            Words::results(results),
            Words::user("And?"),
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
        request.sampling.temperature = Some(1.0);
        request.sampling.extra = fields! { "top_p" => 0.9, "stop" => vec!["x"] };
        let expected = r#"{"contents":[{"role":"user","parts":[{"text":"Q"},{"inlineData":{"mimeType":"image/png","data":"aGk="}},{"fileData":{"mimeType":"image/png","fileUri":"https://x.test/a.png"}},{"inlineData":{"mimeType":"audio/wav","data":"aGk="}}]},{"role":"model","parts":[{"text":"Let me."},{"functionCall":{"name":"add","args":{"a":1},"id":"c1"}},{"functionCall":{"name":"add","args":{},"id":"c2"}}]},{"role":"user","parts":[{"functionResponse":{"name":"add","response":{"result":"2"},"id":"c1"}},{"functionResponse":{"name":"add","response":{"result":"3"},"id":"c2"}}]},{"role":"user","parts":[{"text":"And?"}]}],"generationConfig":{"temperature":1,"topP":0.9,"stopSequences":["x"],"responseMimeType":"application/json","responseJsonSchema":{"type":"object","additionalProperties":false}},"tools":[{"functionDeclarations":[{"name":"add","description":"Adds.","parameters":{"type":"object","properties":{"a":{"type":"integer"}},"required":["a"]}}]}],"toolConfig":{"functionCallingConfig":{"mode":"AUTO"}}}"#;
        assert_eq!(body("gemini-2.5-flash", &request), Ok(expected.to_owned()));
    }

    #[track_caller]
    fn thinks(model: &str, effort: &str, expected: &str) {
        let extra = fields! { "reasoning_effort" => effort };
        let request = CompletionRequest::new([Words::user("Q")])
            .with_sampling(Sampling { extra, ..Sampling::default() });
        let body = body(model, &request).unwrap();
        let (_, rest) = body.split_once(r#""generationConfig":"#).unwrap();
        assert_eq!(rest, format!(r#"{{"thinkingConfig":{expected}}}}}"#));
    }

    #[test]
    fn thoughts_have_a_budget_or_a_level() {
        thinks("gemini-2.5-flash", "none", r#"{"thinkingBudget":0}"#);
        thinks("gemini-2.5-flash", "high", r#"{"thinkingBudget":16384}"#);
        thinks("gemini-3-pro-preview", "low", r#"{"thinkingLevel":"low"}"#);
        thinks("gemini-3-pro-preview", "none", r#"{"thinkingLevel":"minimal"}"#);
    }
}
