//! What is said in a prompt: texts, images, sounds, documents, and what became of tools.

use std::borrow::Cow;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use dspex_signature::{Fields, JsonError, Message as TextMessage, Role, Value};

/// One message of a prompt.
///
/// ```
/// use dspex_bridge::llm::{Media, Message};
///
/// let message = Message::user("What is on it?").image(Media::url("https://example.org/cat.png"));
/// assert_eq!((message.text().as_ref(), message.parts.len()), ("What is on it?", 2));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Who says it.
    pub role: Role,
    /// What is said, in order.
    pub parts: Vec<Part>,
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Part {
    /// A text.
    Text(String),
    /// A picture.
    Image(Media),
    /// A sound.
    Audio(Media),
    /// A document, such as a PDF file.
    Document(Media),
    /// A tool that the model calls; in messages of [`Role::Assistant`].
    ToolCall(ToolCall),
    /// What a tool gave; in messages of [`Role::User`], after the message with its call.
    ToolResult(ToolResult),
}

/// Something that is no text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Media {
    /// Its content.
    pub source: MediaSource,
    /// What it is, as `image/png`; where nobody says, the provider is told what is most usual.
    pub media_type: Option<String>,
    /// The name of its file.
    pub name: Option<String>,
}

/// Where the content of [`Media`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MediaSource {
    /// Here, in base 64.
    Base64(String),
    /// At an address, from which the provider reads it.
    Url(String),
}

/// A tool that a model calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolCall {
    /// By what the result names it.
    pub id: String,
    /// The tool.
    pub name: String,
    /// Its arguments as JSON, as the model wrote them: see [`fields`](Self::fields).
    pub arguments: String,
}

/// What a tool gave.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolResult {
    /// The id of the call.
    pub id: String,
    /// The tool, which Gemini asks for.
    pub name: String,
    /// What the model is told.
    pub content: String,
}

impl Message {
    /// The instructions.
    pub fn system(text: impl Into<String>) -> Self {
        Self::of(Role::System, text)
    }

    /// A text of the caller's.
    pub fn user(text: impl Into<String>) -> Self {
        Self::of(Role::User, text)
    }

    /// A text of the model's.
    pub fn assistant(text: impl Into<String>) -> Self {
        Self::of(Role::Assistant, text)
    }

    /// The results of the tools that the model called in the message before.
    pub fn results(results: impl IntoIterator<Item = ToolResult>) -> Self {
        let parts = results.into_iter().map(Part::ToolResult).collect();
        Self { role: Role::User, parts }
    }

    fn of(role: Role, text: impl Into<String>) -> Self {
        Self { role, parts: vec![Part::Text(text.into())] }
    }

    /// The same message and this part.
    #[must_use]
    pub fn part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// The same message and this picture.
    #[must_use]
    pub fn image(self, image: Media) -> Self {
        self.part(Part::Image(image))
    }

    /// The message's texts, one after the other.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        let mut texts = self.texts();
        match (texts.next(), texts.next()) {
            (text, None) => text.unwrap_or_default().into(),
            _ => self.texts().collect(),
        }
    }

    /// The text where the message is one text and nothing else.
    #[cfg(any(feature = "http", feature = "cache", feature = "testing", feature = "python"))]
    pub(crate) fn only_text(&self) -> Option<&str> {
        match &self.parts[..] {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }
}

impl From<TextMessage> for Message {
    fn from(TextMessage { role, content }: TextMessage) -> Self {
        Self::of(role, content)
    }
}

impl Media {
    /// What stands at an address; the provider reads it from there.
    ///
    /// A `data:` address is taken apart, so that it goes to each provider as that provider has it.
    pub fn url(url: impl Into<String>) -> Self {
        let url = url.into();
        let inline = url.strip_prefix("data:").and_then(|rest| rest.split_once(";base64,"));
        match inline {
            Some((media_type, data)) => {
                let source = MediaSource::Base64(data.to_owned());
                Self { source, media_type: Some(media_type.to_owned()), name: None }
            }
            None => Self { source: MediaSource::Url(url), media_type: None, name: None },
        }
    }

    /// These bytes, of a type such as `image/png`.
    pub fn bytes(media_type: impl Into<String>, bytes: impl AsRef<[u8]>) -> Self {
        let source = MediaSource::Base64(BASE64_STANDARD.encode(bytes));
        Self { source, media_type: Some(media_type.into()), name: None }
    }

    /// The same under the name of a file.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Its type, or the one that is most usual.
    #[cfg(feature = "http")]
    pub(crate) fn type_or<'m>(&'m self, usual: &'m str) -> &'m str {
        self.media_type.as_deref().unwrap_or(usual)
    }

    /// An address: its own, or one that holds the content.
    #[cfg(feature = "http")]
    pub(crate) fn address(&self, usual: &str) -> String {
        match &self.source {
            MediaSource::Url(url) => url.clone(),
            MediaSource::Base64(data) => {
                format!("data:{};base64,{data}", self.media_type.as_deref().unwrap_or(usual))
            }
        }
    }
}

impl ToolCall {
    /// A call of the tool `name` with these arguments, as JSON.
    pub fn new(
        id: impl Into<String>,
        name: impl Into<String>,
        arguments: impl Into<String>,
    ) -> Self {
        Self { id: id.into(), name: name.into(), arguments: arguments.into() }
    }

    /// The arguments by name; a model that calls a tool without any may write nothing.
    ///
    /// # Errors
    /// Where the model wrote something else than a JSON object, in words for the model.
    pub fn fields(&self) -> Result<Fields, String> {
        if self.arguments.trim().is_empty() {
            return Ok(Fields::new());
        }
        match Value::from_json(&self.arguments) {
            Ok(Value::Map(fields)) => Ok(fields),
            Ok(other) => {
                Err(format!("the arguments are a `{}`, not an object", other.python_type()))
            }
            Err(error) => Err(not_json(&error)),
        }
    }

    /// The call's result: what the model is told.
    pub fn result(&self, content: impl Into<String>) -> ToolResult {
        ToolResult { id: self.id.clone(), name: self.name.clone(), content: content.into() }
    }
}

/// Who says what.
#[cfg(feature = "http")]
pub(super) type Said<'m> = (Role, Cow<'m, [Part]>);

/// The text of the first system message, and the other messages as providers take them that have one
/// place for it: a further system message is one of the user, marked as DSPy marks it.
#[cfg(feature = "http")]
pub(super) fn parted(
    messages: &[Message],
) -> (Option<Cow<'_, str>>, impl Iterator<Item = Said<'_>>) {
    let first = messages.iter().position(|message| message.role == Role::System);
    let others = messages.iter().enumerate().filter(move |(position, _)| Some(*position) != first);
    let others = others.map(|(_, message)| match message.role {
        Role::System => {
            let text = format!("[developer]\n{}", message.text());
            (Role::User, Cow::Owned(vec![Part::Text(text)]))
        }
        role => (role, Cow::Borrowed(&message.parts[..])),
    });
    (first.map(|position| messages[position].text()), others)
}

fn not_json(error: &JsonError) -> String {
    format!("the arguments are not JSON: {error}")
}

#[cfg(all(test, feature = "http"))]
mod tests {
    use dspex_signature::fields;

    use super::*;

    #[test]
    fn content_is_told_by_address_or_in_place() {
        let image = Media::url("data:image/gif;base64,aGk=");
        assert_eq!(image, Media::bytes("image/gif", "hi"));
        assert_eq!(image.address("image/png"), "data:image/gif;base64,aGk=");
        let far = Media::url("https://example.org/a");
        assert_eq!(
            (far.type_or("image/png"), &*far.address("")),
            ("image/png", "https://example.org/a")
        );
    }

    #[test]
    fn a_message_has_its_texts() {
        let message = Message::user("a").image(Media::url("u")).part(Part::Text("b".into()));
        assert_eq!((&*message.text(), message.only_text()), ("ab", None));
        assert_eq!(Message::user("a").only_text(), Some("a"));
    }

    #[test]
    fn arguments_are_read_when_they_are_asked_for() {
        let call = |arguments: &str| ToolCall::new("1", "add", arguments).fields();
        assert_eq!(call(r#"{"a": 1}"#), Ok(fields! { "a" => 1 }));
        assert_eq!(call(""), Ok(Fields::new()));
        assert_eq!(call("[1]"), Err("the arguments are a `list`, not an object".to_owned()));
        assert!(call("{").unwrap_err().starts_with("the arguments are not JSON: "));
    }
}
