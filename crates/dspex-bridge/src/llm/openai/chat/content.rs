//! What a message says: a text, or, as Mistral has it where a model thinks, a list of parts.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

/// The text of a message, and what was thought before it.
#[derive(Default)]
pub(super) struct Content<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) thoughts: Option<String>,
}

/// A part of a list; of a kind that is not known nothing is taken.
#[derive(serde::Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Part {
    Text {
        text: String,
    },
    Thinking {
        thinking: Vec<Self>,
    },
    #[serde(other)]
    Other,
}

impl Part {
    fn text(self) -> String {
        match self {
            Self::Text { text } => text,
            Self::Thinking { thinking } => thinking.into_iter().map(Self::text).collect(),
            Self::Other => String::new(),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Content<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = Content<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text or a list of parts")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Content { text: Cow::Borrowed(text), thoughts: None })
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Content { text: Cow::Owned(text.to_owned()), thoughts: None })
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Self::Value, A::Error> {
                let mut content = Content::default();
                while let Some(part) = parts.next_element::<Part>()? {
                    match part {
                        Part::Thinking { .. } => {
                            content.thoughts.get_or_insert_default().push_str(&part.text());
                        }
                        part => content.text.to_mut().push_str(&part.text()),
                    }
                }
                Ok(content)
            }
        }

        deserializer.deserialize_any(Read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &str, text: &str, thoughts: Option<&str>) {
        let content: Content<'_> = serde_json::from_str(json).unwrap();
        assert_eq!((&*content.text, content.thoughts.as_deref()), (text, thoughts), "{json}");
    }

    #[test]
    fn a_text_and_a_list_are_read() {
        check(r#""Leeds""#, "Leeds", None);
        check(r#""a\nb""#, "a\nb", None);
        check("[]", "", None);
        let thought = r#"{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}"#;
        let rest = r#"{"type": "reference", "ids": [1]}, {"type": "text", "text": "Leeds"}"#;
        check(&format!("[{thought}, {rest}]"), "Leeds", Some("hm"));
        assert!(serde_json::from_str::<Content<'_>>("1").is_err());
    }
}
