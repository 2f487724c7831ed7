//! A request in `genai`'s types.

use dspex_signature::{Role, Value};
use genai::chat::{
    ChatMessage, ChatOptions, ChatRequest, ChatResponseFormat, ContentPart, JsonSpec,
    MessageContent, Tool, ToolCall as Called, ToolChoice as Choice, ToolResponse,
};
use serde_json::Value as Json;

use crate::llm::message::parted;
use crate::llm::{
    CompletionRequest, Media, MediaSource, Part, ROLLOUT_ID, ResponseFormat, Sampling, ToolChoice,
    json,
};

/// The request and its options; what it leaves open is taken from `own`, the model's own sampling.
///
/// # Errors
/// What `genai` cannot carry, and why.
pub(super) fn of(
    request: &CompletionRequest,
    own: &Sampling,
) -> Result<(ChatRequest, ChatOptions), String> {
    let (system, messages) = parted(&request.messages);
    let messages = messages.map(|(role, parts)| {
        let content = parts.iter().map(part).collect::<Result<Vec<_>, _>>()?;
        let content = MessageContent::from_parts(content);
        Ok(match role {
            Role::Assistant => ChatMessage::assistant(content),
            _ => ChatMessage::user(content),
        })
    });
    let mut told = ChatRequest::from_messages(messages.collect::<Result<_, String>>()?);
    if let Some(system) = system {
        told = told.with_system(system);
    }
    let tools = request.tools.iter().map(|tool| {
        let schema = json::json(&tool.parameters);
        let schema = schema.map_err(|why| format!("tool `{}` {why}", tool.name))?;
        Ok(Tool::new(tool.name.as_str()).with_description(&*tool.description).with_schema(schema))
    });
    let tools: Vec<Tool> = tools.collect::<Result<_, String>>()?;
    if !tools.is_empty() {
        told = told.with_tools(tools);
    }
    Ok((told, options(request, own)?))
}

fn options(request: &CompletionRequest, own: &Sampling) -> Result<ChatOptions, String> {
    let sampling = &request.sampling;
    let mut options = ChatOptions::default();
    if let Some(temperature) = sampling.temperature.or(own.temperature) {
        options = options.with_temperature(temperature);
    }
    if let Some(tokens) = sampling.max_tokens.or(own.max_tokens) {
        options = options.with_max_tokens(u32::try_from(tokens).unwrap_or(u32::MAX));
    }
    for (name, value) in own.extra.iter().chain(sampling.extra.iter()) {
        options = match (name, value) {
            (ROLLOUT_ID, _) => options,
            ("top_p", value) => options.with_top_p(value.as_float().unwrap_or(1.0)),
            ("seed", value) => options.with_seed(value.as_int().unwrap_or(0).unsigned_abs()),
            ("stop", Value::List(stops)) => {
                let stops = stops.iter().filter_map(Value::as_str).map(str::to_owned);
                options.with_stop_sequences(stops.collect())
            }
            (name, _) => {
                let known = "`top_p`, `seed`, `stop`";
                return Err(format!("genai has no parameter `{name}`; it has {known}"));
            }
        };
    }
    if let Some(choice) = &request.tool_choice {
        options = options.with_tool_choice(match choice {
            ToolChoice::Auto => Choice::Auto,
            ToolChoice::None => Choice::None,
            ToolChoice::Required => Choice::Required,
            ToolChoice::Tool(name) => Choice::tool(name.as_str()),
        });
    }
    match &request.response_format {
        None => Ok(options),
        Some(ResponseFormat::JsonObject) => {
            Ok(options.with_response_format(ChatResponseFormat::JsonMode))
        }
        Some(ResponseFormat::JsonSchema { name, schema }) => {
            let schema = json::json(schema).map_err(|why| format!("schema `{name}` {why}"))?;
            Ok(options.with_response_format(JsonSpec::new(name.as_str(), schema)))
        }
    }
}

fn part(part: &Part) -> Result<ContentPart, String> {
    Ok(match part {
        Part::Text(text) => ContentPart::from_text(text.as_str()),
        Part::Image(image) => media(image, "image/png"),
        Part::Audio(audio) => media(audio, "audio/wav"),
        Part::Document(document) => media(document, "application/pdf"),
        Part::ToolCall(call) => {
            let arguments = json::object(&call.fields()?)?;
            ContentPart::ToolCall(Called {
                call_id: call.id.clone(),
                fn_name: call.name.clone(),
                fn_arguments: Json::Object(arguments),
                thought_signatures: None,
            })
        }
        Part::ToolResult(result) => {
            ContentPart::ToolResponse(ToolResponse::new(result.id.as_str(), &*result.content))
        }
    })
}

fn media(media: &Media, usual: &str) -> ContentPart {
    let media_type = media.type_or(usual);
    match &media.source {
        MediaSource::Base64(data) => {
            ContentPart::from_binary_base64(media_type, data.as_str(), media.name.clone())
        }
        MediaSource::Url(url) => {
            ContentPart::from_binary_url(media_type, url.as_str(), media.name.clone())
        }
    }
}
