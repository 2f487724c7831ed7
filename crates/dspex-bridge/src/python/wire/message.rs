//! The messages, as Rust types.

use dspex_signature::{Fields, Value, fields};

use super::codec::decode_value;
use super::frame::LENGTH_BYTES;
use super::{MAX_FRAME_BYTES, PROTOCOL_VERSION, WireError, encode_value};

/// A message of a worker.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum FromWorker {
    /// The first message.
    Hello(Hello),
    /// A call's result.
    Result { call: u64, value: Value },
    /// A call's failure.
    Error { call: u64, error: Raised },
    /// A piece of a call's result, of which there may be more.
    Chunk { call: u64, value: Value },
    /// A question that a call asks.
    Callback { callback: u64, call: u64, method: String, parameters: Value },
    /// A record of Python's logging.
    Log { level: String, logger: String, text: String },
    /// The answer to a ping.
    Pong,
}

/// Who the worker is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hello {
    pub(crate) python: String,
    pub(crate) dspy: String,
}

/// An exception, with what its kind adds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Raised {
    pub(crate) kind: String,
    pub(crate) type_name: String,
    pub(crate) message: String,
    pub(crate) traceback: String,
    /// Of a completion that could not be parsed: outputs that are missing, outputs that were
    /// found, and the text.
    pub(crate) missing: Vec<String>,
    pub(crate) partial: Fields,
    pub(crate) completion: String,
    /// Of an import that failed: the package that is not there.
    pub(crate) package: String,
}

impl FromWorker {
    /// The message that a payload holds.
    ///
    /// # Errors
    /// [`WireError`] for bytes that are no value and values that are no message.
    pub(crate) fn decode(payload: &[u8]) -> Result<Self, WireError> {
        let Value::List(parts) = decode_value(payload)? else {
            return Err(not_a_message("is not a list"));
        };
        let mut parts = Parts(parts.into_iter());
        let kind = parts.text()?;
        let message = match kind.as_str() {
            "hello" => Self::Hello(Hello::from_fields(&parts.map()?)?),
            "result" => Self::Result { call: parts.id()?, value: parts.next()? },
            "error" => {
                Self::Error { call: parts.id()?, error: Raised::from_fields(&parts.map()?)? }
            }
            "chunk" => Self::Chunk { call: parts.id()?, value: parts.next()? },
            "callback" => Self::Callback {
                callback: parts.id()?,
                call: parts.id()?,
                method: parts.text()?,
                parameters: parts.next()?,
            },
            "log" => Self::Log { level: parts.text()?, logger: parts.text()?, text: parts.text()? },
            "pong" => {
                parts.id()?;
                Self::Pong
            }
            _ => return Err(not_a_message("is of no known kind")),
        };
        match parts.0.next() {
            None => Ok(message),
            Some(_) => Err(not_a_message(&format!("of the kind `{kind}` has too many parts"))),
        }
    }
}

impl Hello {
    fn from_fields(fields: &Fields) -> Result<Self, WireError> {
        let version: i64 =
            fields.get("protocol").map_err(|error| not_a_message(&error.to_string()))?;
        if version != PROTOCOL_VERSION {
            let what =
                format!("greets in version {version} of the protocol, not {PROTOCOL_VERSION}");
            return Err(not_a_message(&what));
        }
        Ok(Self { python: text_of(fields, "python")?, dspy: text_of(fields, "dspy")? })
    }
}

impl Raised {
    fn from_fields(fields: &Fields) -> Result<Self, WireError> {
        let mut raised = Self {
            kind: text_of(fields, "kind")?,
            type_name: text_of(fields, "type")?,
            message: text_of(fields, "message")?,
            traceback: text_of(fields, "traceback")?,
            ..Self::default()
        };
        if raised.kind == "parse" {
            let missing = fields.get("missing");
            raised.missing = missing.map_err(|error| not_a_message(&error.to_string()))?;
            raised.partial = fields["partial"].as_map().cloned().unwrap_or_default();
            raised.completion = text_of(fields, "completion")?;
        }
        if raised.kind == "missing_package" {
            raised.package = text_of(fields, "package")?;
        }
        Ok(raised)
    }
}

fn text_of(fields: &Fields, name: &str) -> Result<String, WireError> {
    fields.get(name).map_err(|error| not_a_message(&error.to_string()))
}

fn not_a_message(what: &str) -> WireError {
    WireError::NotAMessage { what: what.to_owned() }
}

struct Parts(std::vec::IntoIter<Value>);

impl Parts {
    fn next(&mut self) -> Result<Value, WireError> {
        self.0.next().ok_or_else(|| not_a_message("has too few parts"))
    }

    fn text(&mut self) -> Result<String, WireError> {
        match self.next()? {
            Value::Text(text) => Ok(text),
            other => Err(unexpected("text", &other)),
        }
    }

    fn id(&mut self) -> Result<u64, WireError> {
        let value = self.next()?;
        let id = value.as_int().and_then(|id| u64::try_from(id).ok());
        id.ok_or_else(|| unexpected("an id", &value))
    }

    fn map(&mut self) -> Result<Fields, WireError> {
        match self.next()? {
            Value::Map(fields) => Ok(fields),
            other => Err(unexpected("a map", &other)),
        }
    }
}

fn unexpected(expected: &str, found: &Value) -> WireError {
    not_a_message(&format!("has `{}` in place of {expected}", found.python_type()))
}

/// Frames for a worker, whole with their length.
pub(crate) mod to_worker {
    use super::{Fields, Value, WireError, encode_value, fields, frame};

    /// The answer to the worker's greeting.
    pub(crate) fn hello(allow: &[String]) -> Result<Vec<u8>, WireError> {
        let greeting = fields! { "protocol" => super::PROTOCOL_VERSION, "allow" => allow.to_vec() };
        message("hello", &[greeting.into()])
    }

    /// A call whose parameters are encoded already, so that a retry need not do it again.
    /// One that is nested is waited for by another call of the worker; `traceparent` is the trace that it
    /// belongs to.
    pub(crate) fn call(
        call: u64,
        method: &str,
        parameters: &[u8],
        is_nested: bool,
        traceparent: Option<&str>,
    ) -> Result<Vec<u8>, WireError> {
        let kind = if is_nested { "nested" } else { "call" };
        let mut payload = Vec::with_capacity(parameters.len() + method.len() + 32);
        rmp::encode::write_array_len(&mut payload, 4 + u32::from(traceparent.is_some()))
            .expect("a Vec takes every byte");
        for part in [kind.into(), id(call), method.into()] {
            encode_value(&part, &mut payload)?;
        }
        payload.extend_from_slice(parameters);
        if let Some(traceparent) = traceparent {
            encode_value(&traceparent.into(), &mut payload)?;
        }
        frame(&payload)
    }

    /// The end of a call that nobody waits for any more.
    pub(crate) fn cancel(call: u64) -> Result<Vec<u8>, WireError> {
        message("cancel", &[id(call)])
    }

    /// The permission to send so many chunks more.
    pub(crate) fn credit(call: u64, n_chunks: usize) -> Result<Vec<u8>, WireError> {
        message("credit", &[id(call), id(n_chunks as u64)])
    }

    /// The answer to a callback.
    pub(crate) fn callback_result(callback: u64, value: Value) -> Result<Vec<u8>, WireError> {
        message("callback_result", &[id(callback), value])
    }

    /// A callback that has no answer.
    pub(crate) fn callback_error(
        callback: u64,
        kind: &str,
        text: &str,
    ) -> Result<Vec<u8>, WireError> {
        let error: Fields = fields! { "kind" => kind, "message" => text };
        message("callback_error", &[id(callback), error.into()])
    }

    /// The end of objects that the worker keeps for nobody any more.
    pub(crate) fn release(objects: &[u64]) -> Result<Vec<u8>, WireError> {
        let objects: Vec<Value> = objects.iter().map(|object| id(*object)).collect();
        message("release", &[objects.into()])
    }

    /// The question whether the worker is there.
    pub(crate) fn ping(ping: u64) -> Result<Vec<u8>, WireError> {
        message("ping", &[id(ping)])
    }

    /// The request to finish what runs and exit.
    pub(crate) fn drain() -> Result<Vec<u8>, WireError> {
        message("drain", &[])
    }

    fn message(kind: &str, parts: &[Value]) -> Result<Vec<u8>, WireError> {
        let message = [Value::from(kind)].into_iter().chain(parts.iter().cloned()).collect();
        let mut payload = Vec::new();
        encode_value(&Value::List(message), &mut payload)?;
        frame(&payload)
    }

    fn id(id: u64) -> Value {
        Value::Int(i64::try_from(id).expect("ids count up from one"))
    }
}

fn frame(payload: &[u8]) -> Result<Vec<u8>, WireError> {
    let bytes = payload.len();
    if bytes > MAX_FRAME_BYTES {
        return Err(WireError::TooLong { bytes });
    }
    let length = u32::try_from(bytes).expect("a frame is shorter than 4 GiB");
    let mut frame = Vec::with_capacity(LENGTH_BYTES + bytes);
    frame.extend_from_slice(&length.to_be_bytes());
    frame.extend_from_slice(payload);
    Ok(frame)
}
