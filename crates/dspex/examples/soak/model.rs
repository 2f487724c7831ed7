//! Models in the process: one that answers what it is asked, and such that do not.

use std::time::Duration;

use async_trait::async_trait;
use dspex::CallContext;
use dspex::llm::{Completion, CompletionRequest, LanguageModel, LmError, LmErrorKind};

/// How a model behaves.
#[derive(Clone, Copy)]
pub(crate) enum Behaviour {
    Answers,
    /// Writes what no adapter can read.
    Rambles,
    /// Is overloaded.
    Fails,
    /// Never answers.
    Hangs,
}

pub(crate) struct Model(pub(crate) Behaviour);

#[async_trait]
impl LanguageModel for Model {
    fn name(&self) -> &'static str {
        match self.0 {
            Behaviour::Answers => "soak/answers",
            Behaviour::Rambles => "soak/rambles",
            Behaviour::Fails => "soak/fails",
            Behaviour::Hangs => "soak/hangs",
        }
    }

    async fn complete(
        &self,
        request: &CompletionRequest,
        _: &CallContext,
    ) -> Result<Completion, LmError> {
        match self.0 {
            Behaviour::Answers => Ok(Completion::text(answer(request))),
            Behaviour::Rambles => Ok(Completion::text("It depends on whom one asks, and when.")),
            Behaviour::Fails => {
                let message = "it is overloaded".to_owned();
                Err(LmError::new("soak", LmErrorKind::Server { message }))
            }
            Behaviour::Hangs => std::future::pending().await,
        }
    }
}

/// A completion in the form that the prompt asks for.
fn answer(request: &CompletionRequest) -> &'static str {
    let text = |place: Option<&dspex::llm::Message>| {
        place.map(|message| message.text().into_owned()).unwrap_or_default()
    };
    let (system, asked) = (text(request.messages.first()), text(request.messages.last()));
    match () {
        () if system.contains("[[ ## next_tool_name ## ]]") => {
            match asked.contains("observation_0") {
                true => {
                    "[[ ## next_thought ## ]]\nThat is all.\n\n[[ ## next_tool_name ## ]]\nfinish\n\n\
                 [[ ## next_tool_args ## ]]\n{}\n\n[[ ## completed ## ]]"
                }
                false => {
                    "[[ ## next_thought ## ]]\nI search.\n\n[[ ## next_tool_name ## ]]\nsearch\n\n\
                 [[ ## next_tool_args ## ]]\n{\"query\": \"Emma\"}\n\n[[ ## completed ## ]]"
                }
            }
        }
        () if !system.contains("[[ ## completed ## ]]") => {
            r#"{"supplier": "Bates", "lines": [{"item": "lamp", "quantity": 2}, {"item": "cup", "quantity": 6}]}"#
        }
        () if system.contains("[[ ## reasoning ## ]]") => {
            "[[ ## reasoning ## ]]\nThe library says so.\n\n[[ ## answer ## ]]\nJane Austen\n\n\
             [[ ## completed ## ]]"
        }
        () => "[[ ## answer ## ]]\nJane Austen\n\n[[ ## completed ## ]]",
    }
}

/// What a hanging model is given before its caller has enough of it.
pub(crate) const PATIENCE: Duration = Duration::from_millis(2);
