//! Where a request differs from one that was recorded.

use dspex_signature::{Fields, Value};

/// Who says it, and what.
type Said = (String, String);

/// The first thing in which a request differs from a recorded one.
pub(super) fn difference(recorded: &Fields, asked: &Fields) -> String {
    let (theirs, ours) = (messages(recorded), messages(asked));
    let differing = theirs.iter().zip(&ours).enumerate().find(|(_, (their, our))| their != our);
    if let Some((position, (their, our))) = differing {
        return in_message(position + 1, their, our);
    }
    if theirs.len() != ours.len() {
        return format!("there are {} messages, here {}", theirs.len(), ours.len());
    }
    let differing = asked.iter().find(|(name, value)| recorded.value(name) != Some(value));
    differing.map_or_else(
        || "something is there that is not here".to_owned(),
        |(name, value)| {
            let there = recorded.value(name).unwrap_or(&Value::Null);
            format!("`{name}` is `{}`, here it is `{}`", there.to_json(), value.to_json())
        },
    )
}

fn messages(request: &Fields) -> Vec<Said> {
    let messages = request.value("messages").and_then(Value::as_list).unwrap_or_default();
    let text = |message: &Fields, name: &str| message.get(name).unwrap_or_default();
    let messages = messages.iter().filter_map(Value::as_map);
    messages.map(|message| (text(message, "role"), text(message, "content"))).collect()
}

fn in_message(number: usize, (their_role, their): &Said, (our_role, our): &Said) -> String {
    if their_role != our_role {
        return format!("message {number} is by `{their_role}`, here by `{our_role}`");
    }
    let lines = || their.split('\n').zip(our.split('\n')).enumerate();
    match lines().find(|(_, (there, here))| there != here) {
        Some((line, (there, here))) => format!(
            "line {} of message {number} ({our_role}) is `{there}`, here it is `{here}`",
            line + 1,
        ),
        None => format!(
            "message {number} ({our_role}) has {} lines, here {}",
            their.split('\n').count(),
            our.split('\n').count(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use dspex_signature::fields;

    use super::*;

    fn request(messages: &[(&str, &str)]) -> Fields {
        let message = |(role, content): &(&str, &str)| {
            Value::Map(fields! { "role" => *role, "content" => *content })
        };
        let messages: Vec<_> = messages.iter().map(message).collect();
        fields! { "messages" => messages, "temperature" => 0.5 }
    }

    #[track_caller]
    fn check(asked: &[(&str, &str)], expected: &str) {
        let recorded = request(&[("system", "a"), ("user", "b\nc")]);
        assert_eq!(difference(&recorded, &request(asked)), expected);
    }

    #[test]
    fn the_first_thing_that_differs_is_told() {
        check(&[("user", "a")], "message 1 is by `system`, here by `user`");
        check(&[("system", "a")], "there are 2 messages, here 1");
        let line = "line 2 of message 2 (user) is `c`, here it is `d`";
        check(&[("system", "a"), ("user", "b\nd")], line);
        let more = "message 2 (user) has 2 lines, here 3";
        check(&[("system", "a"), ("user", "b\nc\nd")], more);
        let recorded = request(&[]);
        let warmer = recorded.clone().with("temperature", 1.0);
        assert_eq!(difference(&recorded, &warmer), "`temperature` is `0.5`, here it is `1.0`");
    }
}
